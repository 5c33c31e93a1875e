package delaystore

import (
	"fmt"
	"hash/fnv"
	"io"
	"strings"
)

const (
	// maxBytes limits the files that are read; real files have 300 bytes.
	maxBytes = 4096

	// maxName limits the readable part of a file name; the hash makes it unique.
	maxName = 80
)

// fileName returns the name of a receiver's file: the letters and digits of the
// receiver's name, and a hash of the name, so that no two receivers share a file.
func fileName(receiver string) string {
	words := strings.FieldsFunc(strings.ToLower(receiver), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	readable := strings.Join(words, "-")
	hash := fnv.New32a()
	io.WriteString(hash, receiver)
	return fmt.Sprintf("%s-%08x.learnt", readable[:min(len(readable), maxName)], hash.Sum32())
}
