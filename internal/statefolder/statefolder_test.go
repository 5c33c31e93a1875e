package statefolder

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestFind(t *testing.T) {
	there := t.TempDir()
	file := filepath.Join(there, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(there, "none")
	for _, test := range []struct{ name, given, fallback, want string }{
		{"one folder from systemd", "/var/lib/private/refclock", there, "/var/lib/private/refclock"},
		{"two folders from systemd", there + ":" + none, none, there},
		{"no folder from systemd", "", there, there},
		{"a missing default", "", none, ""},
		{"a default that is a file", "", file, ""},
	} {
		if got := find(test.given, test.fallback); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if os.Getuid() == 0 {
		return // root can write everywhere
	}
	if err := os.Chmod(there, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(there, 0o755) // so that it can be removed
	if got := find("", there); got != "" {
		t.Errorf("%q, which is not writable", got)
	}
}

// Names that differ have files that differ, also where their letters and digits do not.
func TestFileName(t *testing.T) {
	for _, test := range []struct{ of, want string }{
		{"/dev/serial0 9600 RMC", "dev-serial0-9600-rmc-93e0dd1f.learnt"},
		{"/dev/serial0-9600 RMC", "dev-serial0-9600-rmc-1f5d8738.learnt"},
		{"../../etc/\x00", "etc-4ee4cb90.learnt"},
	} {
		if got := FileName(test.of, "learnt"); got != test.want {
			t.Errorf("%q: %s, want %s", test.of, got, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# The delay\nversion = \"1\"\nreceiver = \"/dev/serial0 9600 RMC\"\ndelay = \"143ms\"\n")
	f.Add("key = \"\\x1b[31m\"\n\n = \"\"\nkey2=`raw`")
	f.Fuzz(func(t *testing.T, text string) {
		fields, err := Parse(text, "1")
		if err != nil {
			return
		}
		again := "version = \"1\"\n"
		for key, value := range fields {
			again += key + " = " + strconv.Quote(value) + "\n"
		}
		if read, err := Parse(again, "1"); err != nil || !maps.Equal(read, fields) {
			t.Fatalf("%q is read as %q, %v", fields, read, err)
		}
	})
}
