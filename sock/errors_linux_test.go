package sock

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What each error of sendto becomes. Every text has the operation and the path once.
func TestErrorsOfKernel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sock")
	s, err := NewSender(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		err, is error // of the kernel, and what it also wraps
	}{
		{unix.ENOENT, ErrAbsent}, {unix.ECONNREFUSED, ErrAbsent},
		{unix.EAGAIN, ErrFull}, {unix.ENOBUFS, ErrFull},
		{unix.EPROTOTYPE, ErrNoSocket}, {unix.EACCES, fs.ErrPermission},
		{unix.ENOMEM, unix.ENOMEM}, {unix.ENOTDIR, unix.ENOTDIR}, {unix.ELOOP, unix.ELOOP}, {unix.EIO, unix.EIO},
	} {
		err := s.explain(c.err)
		if !errors.Is(err, c.is) || !strings.HasPrefix(err.Error(), "send: "+path+": ") || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%v became %v, want %v", c.err, err, c.is)
		}
		for _, other := range []error{ErrAbsent, ErrFull, ErrNoSocket} {
			if other != c.is && errors.Is(err, other) {
				t.Errorf("%v is %v, too", err, other)
			}
		}
	}
}
