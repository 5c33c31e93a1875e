package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// A Root is the file system of a machine, or a copy of one in a folder. Names are
// absolute, as on that machine; symbolic links stay within it, whether or not they
// begin with a slash. It is an fs.FS besides, for whoever reads configurations.
type Root struct {
	fsys fs.ReadLinkFS
	Live bool // it is the machine that this program runs on
}

// OpenRoot takes a folder for the root; "/" is the machine itself.
func OpenRoot(dir string) *Root {
	return &Root{fsys: os.DirFS(dir).(fs.ReadLinkFS), Live: path.Clean(dir) == "/"}
}

// mostLinks is the kernel's bound of links in one name, MAXSYMLINKS.
const mostLinks = 40

// Resolve follows all links of a name. Its error wraps the file system's.
func (r *Root) Resolve(name string) (string, error) {
	left := strings.Split(strings.Trim(path.Clean("/"+name), "/"), "/")
	at, links := "/", 0
	for len(left) > 0 && left[0] != "" {
		next := path.Join(at, left[0])
		left = left[1:]
		info, err := r.fsys.Lstat(inside(next))
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if links++; links > mostLinks {
			return "", &fs.PathError{Op: "resolve", Path: name, Err: syscall.ELOOP}
		}
		to, err := r.fsys.ReadLink(inside(next))
		if err != nil {
			return "", err
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(next), to)
		}
		left = append(strings.Split(strings.Trim(path.Clean(to), "/"), "/"), left...)
		at = "/"
	}
	return at, nil
}

// inside is the name that fs.FS wants.
func inside(name string) string {
	if name = strings.Trim(path.Clean("/"+name), "/"); name == "" {
		return "."
	}
	return name
}

// Open opens a file; see fs.FS.
func (r *Root) Open(name string) (fs.File, error) {
	real, err := r.Resolve(name)
	if err != nil {
		return nil, err
	}
	return r.fsys.Open(inside(real))
}

// ReadFile reads a whole file.
func (r *Root) ReadFile(name string) ([]byte, error) { return fs.ReadFile(onlyOpen{r}, inside(name)) }

// ReadDir lists a folder.
func (r *Root) ReadDir(name string) ([]fs.DirEntry, error) {
	real, err := r.Resolve(name)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(r.fsys, inside(real))
}

// ReadLink tells where a link points, as it is written there.
func (r *Root) ReadLink(name string) (string, error) { return r.fsys.ReadLink(inside(name)) }

// onlyOpen hides ReadFile from fs.ReadFile, which else would call itself.
type onlyOpen struct{ fs.FS }

// text is a file's text without the white space and the NULs around it; empty where
// it cannot be read.
func (r *Root) text(name string) string {
	b, _ := r.ReadFile(name)
	return strings.Trim(string(b), "\x00 \t\r\n")
}

// exists tells whether there is such a file, device or folder.
func (r *Root) exists(name string) bool {
	_, err := r.Resolve(name)
	return err == nil
}

// isLink tells whether there is a link of this name, wherever it points.
func (r *Root) isLink(name string) bool {
	_, err := r.ReadLink(name)
	return err == nil
}

// refused tells whether a file is there, and this process may not read it.
func refused(err error) bool { return errors.Is(err, fs.ErrPermission) }

// A deviceFile is what the rights of a device come from.
type deviceFile struct {
	mode     fs.FileMode
	uid, gid int
}

// device tells the rights of a device. In a copy of a machine's files there are no
// devices; one then has those that the system gives to its kind.
func (r *Root) device(name string, usual deviceFile) deviceFile {
	real, err := r.Resolve(name)
	if err != nil {
		return usual
	}
	info, err := r.fsys.Lstat(inside(real))
	if err != nil || info.Mode()&fs.ModeDevice == 0 {
		return usual
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return usual
	}
	return deviceFile{info.Mode().Perm(), int(stat.Uid), int(stat.Gid)}
}
