// Judges checkpoints and proofs with golang.org/x/mod/sumdb, which knows nothing of Linepack.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Name    string   `json:"name"`
	Note    string   `json:"note"`
	Vkey    string   `json:"vkey"`
	Leaf    *string  `json:"leaf"`
	Index   int64    `json:"index"`
	OldNote *string  `json:"old_note"`
	Proof   []string `json:"proof"`
}

func open(text, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of the log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func judge(one testCase) error {
	tree, err := open(one.Note, one.Vkey)
	if err != nil {
		return err
	}
	var proof []tlog.Hash
	for _, text := range one.Proof {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		var hash tlog.Hash
		copy(hash[:], decoded)
		proof = append(proof, hash)
	}
	if one.Leaf != nil {
		leaf, err := tlog.ParseHash(*one.Leaf)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(proof, tree.N, tree.Hash, one.Index, leaf)
	}
	if one.OldNote != nil {
		old, err := open(*one.OldNote, one.Vkey)
		if err != nil {
			return err
		}
		return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
	}
	return nil
}

func main() {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	judged := map[string]string{}
	for _, one := range cases {
		judged[one.Name] = "accepted"
		if err := judge(one); err != nil {
			judged[one.Name] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(judged); err != nil {
		panic(err)
	}
}
