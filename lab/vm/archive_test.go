package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unpack reads a "newc" archive like the kernel: each header and each content begins at a
// multiple of four bytes.
func unpack(t *testing.T, text string) (entries []string) {
	t.Helper()
	const header = 110
	number := func(i int) int { // the header's fields after the magic, 8 digits each
		n, err := strconv.ParseUint(text[6+8*i:14+8*i], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	aligned := func(n int) int { return (n + 3) &^ 3 }
	for {
		if len(text) < header || text[:6] != "070701" {
			t.Fatalf("no header: %.120q", text)
		}
		mode, size, major, minor, length := number(1), number(6), number(9), number(10), number(11)
		name := strings.TrimSuffix(text[header:header+length], "\x00")
		if name == "TRAILER!!!" {
			return entries
		}
		begin := aligned(header + length)
		entries = append(entries, fmt.Sprintf("%o %d,%d %s %s", mode, major, minor, name, text[begin:begin+size]))
		text = text[aligned(begin+size):]
	}
}

func TestArchive(t *testing.T) {
	root := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(filepath.Join(root, "usr/bin"), 0o755),
		os.WriteFile(filepath.Join(root, "usr/bin/x"), []byte("five5"), 0o755),
		os.Symlink("usr/bin", filepath.Join(root, "bin")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var a archive
	a.device("dev/console", 5, 1)
	a.file("usr/bin/y", 0o644, nil)
	if err := a.tree(root); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"40755 0,0 dev ", "20600 5,1 dev/console ",
		"40755 0,0 usr ", "40755 0,0 usr/bin ", "100644 0,0 usr/bin/y ",
		"120777 0,0 bin usr/bin",
		"100755 0,0 usr/bin/x five5",
	}
	if got := unpack(t, string(a.bytes())); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestArchiveOfMissingFile(t *testing.T) {
	var a archive
	if err := a.tree(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing folder is not an error")
	}
}
