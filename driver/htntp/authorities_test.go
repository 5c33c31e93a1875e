package htntp

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/simweb"
)

func TestReadAuthorities(t *testing.T) {
	authority, err := simweb.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	comment := func(size int) []byte { return append(bytes.Repeat([]byte("# comment\n"), size/10), authority.PEM()...) }
	for name, c := range map[string]struct {
		content []byte // nil: no such file
		err     error
	}{
		"one authority":           {content: authority.PEM()},
		"with 3 MB of comments":   {content: comment(3 << 20)},
		"with 5 MB of comments":   {content: comment(5 << 20), err: regularfile.ErrSize},
		"no such file":            {err: fs.ErrNotExist},
		"empty":                   {content: []byte{}, err: ErrNoCertificates},
		"a page instead of a PEM": {content: []byte("<html></html>\n"), err: ErrNoCertificates},
	} {
		file := filepath.Join(t.TempDir(), "ca.pem")
		if c.content != nil {
			if err := os.WriteFile(file, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		pool, err := ReadAuthorities(file)
		if !errors.Is(err, c.err) || (err == nil) != pool.Equal(authority.Pool()) {
			t.Errorf("%s: %v, %v; want %v", name, pool, err, c.err)
		}
	}
	// Without a file, the authorities are those of the system.
	if pool, err := ReadAuthorities(""); pool != nil || err != nil {
		t.Errorf("no file: %v, %v", pool, err)
	}
}
