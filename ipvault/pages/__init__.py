"""Pages for people: HTML and SVG that stand alone, whoever makes them."""
