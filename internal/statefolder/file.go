package statefolder

import (
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
)

// MaxBytes limits the text files that are read; real ones have 300 bytes.
const MaxBytes = 4096

// maxName limits the readable part of a file name; the hash makes it unique.
const maxName = 80

// FileName returns the name of a file about a receiver or a port: the letters and digits of
// its name, and a hash of the name, so that no two share a file.
func FileName(of, extension string) string {
	words := strings.FieldsFunc(strings.ToLower(of), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	readable := strings.Join(words, "-")
	hash := fnv.New32a()
	io.WriteString(hash, of)
	return fmt.Sprintf("%s-%08x.%s", readable[:min(len(readable), maxName)], hash.Sum32(), extension)
}

// Fields are the values of a file that were not taken yet, by their keys.
type Fields map[string]string

// Parse parses a text of lines key = "value", each key once, and of comments, with that version.
// No error quotes the text: it may be the content of another file.
func Parse(text, version string) (Fields, error) {
	f := Fields{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		unquoted, err := strconv.Unquote(strings.TrimSpace(value))
		if _, twice := f[key]; twice || err != nil {
			return nil, fmt.Errorf("line %d: expected key = \"value\", each key once", n)
		}
		f[key] = unquoted
	}
	if f.Take("version") != version {
		return nil, fmt.Errorf("expected version %q", version)
	}
	return f, nil
}

// Done returns an error if a key was not taken.
func (f Fields) Done() error {
	if len(f) > 0 {
		return fmt.Errorf("%d unknown keys", len(f))
	}
	return nil
}

// Take returns the value of a key, and removes it; "" if there is none.
func (f Fields) Take(key string) string {
	value := f[key]
	delete(f, key)
	return value
}
