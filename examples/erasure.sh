#!/bin/sh
# Erasing what a vault holds about somebody: Zoe asks for it, a hold for a lawsuit is in the way of one document, and so
# the rest goes first. When the hold is released that goes as well, and what cannot be reached is listed.
#
#   sh examples/erasure.sh
#
# Needs Python 3.11 or newer (PYTHON=/path/to/python names one) and, the first time, a package index.
# IPVAULT=/path/to/ipvault uses an ipvault that is installed already.
set -eu

. "$(dirname "$0")/lib/demo.sh"
cd "$demo"

# Ada's vault, open for an hour, with two documents about Zoe and one that is not.
run ipvault init --name Ada --passphrase-file passphrase
run ipvault unlock --store session --for 1h --passphrase-file passphrase
echo "Zoe Miller, inventor, Rome" > interview.txt
echo "Zoe Miller signed" > assignment.txt
run ipvault add interview.txt assignment.txt --tag "subject:Zoe Miller" --tag personal-data
run ipvault add "$checkout/LICENSE"
run ipvault export interview.txt -o copy.txt --reason "asked by the tax office"

# A lawsuit: what it is about must stay. Ada, its custodian, gets a letter and acknowledges.
run ipvault hold place "Acme v. us" --reason "who invented the widget" --item assignment.txt --custodian Ada
run ipvault hold notice "Acme v. us" -o letters --format markdown
run ipvault hold acknowledge "Acme v. us"
expect 15 ipvault erase assignment.txt --confirm assignment.txt

# Zoe asks for erasure. By when the answer is due follows from the law and the day on which it came.
run ipvault privacy request create "Zoe Miller" --right erasure --zone Europe/Berlin
request=$(ipvault privacy request list | cut -f 1)
run ipvault privacy request show "$request"

# What is held is left, and the answer is in part (exit code 3). Nothing else is left of the interview.
expect 3 ipvault privacy request decide "$request" --grant --reason "GDPR Art. 17" --confirm 1
run ipvault list
run ipvault verify

# The lawsuit is over, and the rest goes too.
run ipvault hold release "Acme v. us" --reason "settled"
run ipvault privacy request decide "$request" --grant --reason "GDPR Art. 17" --confirm 1
run ipvault privacy disclosures "Zoe Miller"
run ipvault privacy request close "$request" --told "by letter, with the list of copies"
run ipvault list
run ipvault verify

echo
echo "Everything is in $demo. To be rid of it: rm -rf $(quoted "$demo")"
