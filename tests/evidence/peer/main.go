// Checks what ipvault writes with code that is not ours: golang.org/x/mod/sumdb/note and tlog.
//
//	peer note VKEY                 a checkpoint on standard input
//	peer inclusion VKEY LEAF       a tlog-proof; the record's leaf hash in hexadecimal
//	peer consistency VKEY OLDROOT  a request to a witness; the earlier root in hexadecimal
//	peer tree                      leaf hashes, one a line; prints the root in hexadecimal
//
// It prints the tree size and the root of the checkpoint, and exits 1 if anything is wrong.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash) {
	data, err := hex.DecodeString(text)
	check(err)
	copy(h[:], data)
	return h
}

func open(vkey, message string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open([]byte(message), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("not a checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return size, root
}

func proof(lines []string) (path []tlog.Hash) {
	for _, line := range lines {
		one, err := tlog.ParseHash(line)
		check(err)
		path = append(path, one)
	}
	return path
}

func main() {
	data, err := io.ReadAll(bufio.NewReader(os.Stdin))
	check(err)
	if os.Args[1] == "tree" {
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
			for _, index := range indexes {
				found = append(found, stored[index])
			}
			return found, nil
		})
		leaves := strings.Fields(string(data))
		for n, leaf := range leaves {
			more, err := tlog.StoredHashesForRecordHash(int64(n), hash(leaf), reader)
			check(err)
			stored = append(stored, more...)
		}
		root, err := tlog.TreeHash(int64(len(leaves)), reader)
		check(err)
		fmt.Println(hex.EncodeToString(root[:]))
		return
	}
	head, message := "", string(data)
	if os.Args[1] != "note" {
		parts := strings.SplitN(message, "\n\n", 2)
		head, message = parts[0], parts[1]
	}
	size, root := open(os.Args[2], message)
	lines := strings.Split(head, "\n")
	switch os.Args[1] {
	case "inclusion":
		if lines[0] != "c2sp.org/tlog-proof@v1" {
			check(fmt.Errorf("not a tlog-proof"))
		}
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		check(err)
		check(tlog.CheckRecord(proof(lines[2:]), size, root, index, hash(os.Args[3])))
	case "consistency":
		old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
		check(err)
		check(tlog.CheckTree(proof(lines[1:]), size, root, old, hash(os.Args[3])))
	}
	fmt.Println(size, hex.EncodeToString(root[:]))
}
