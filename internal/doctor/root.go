package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Root is the file system of a machine, or a copy of it in a folder. Names are
// absolute, as on that machine. Symbolic links, absolute or relative, stay within it.
// It implements fs.FS.
type Root struct {
	fsys fs.ReadLinkFS
	Live bool // the machine that this program runs on
}

// OpenRoot opens a folder as the root; "/" is this machine.
func OpenRoot(dir string) *Root {
	return &Root{fsys: os.DirFS(dir).(fs.ReadLinkFS), Live: path.Clean(dir) == "/"}
}

// maxLinks is the kernel's limit of links in one name, MAXSYMLINKS.
const maxLinks = 40

// Resolve follows all links in a name. Its error wraps the file system's.
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
		if links++; links > maxLinks {
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

// inside returns a name in the form that fs.FS requires.
func inside(name string) string {
	if name = strings.Trim(path.Clean("/"+name), "/"); name == "" {
		return "."
	}
	return name
}

// Open implements fs.FS.
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

// ReadLink returns the target of a link, unresolved.
func (r *Root) ReadLink(name string) (string, error) { return r.fsys.ReadLink(inside(name)) }

// onlyOpen hides ReadFile from fs.ReadFile, to avoid endless recursion.
type onlyOpen struct{ fs.FS }

// text returns a file's text without white space and NULs around it; "" if it cannot be
// read.
func (r *Root) text(name string) string {
	b, _ := r.ReadFile(name)
	return strings.Trim(string(b), "\x00 \t\r\n")
}

// exists reports whether a file, device or folder exists.
func (r *Root) exists(name string) bool {
	_, err := r.Resolve(name)
	return err == nil
}

// isLink reports whether a name is a link, which may dangle.
func (r *Root) isLink(name string) bool {
	_, err := r.ReadLink(name)
	return err == nil
}

// refused reports whether an error means that permission was denied.
func refused(err error) bool { return errors.Is(err, fs.ErrPermission) }

// A deviceFile holds the owner and the permissions of a device.
type deviceFile struct {
	mode     fs.FileMode
	uid, gid int
}

// device returns the owner and the permissions of a device, or usual for a copy of a
// machine's files, which has no devices.
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

// notSerial returns what a file is if it is not a serial port, such as "a folder"; "" if it is a
// port, or missing. A copy of a machine's files has plain files as its devices.
func (r *Root) notSerial(real string) string {
	if real == "" {
		return ""
	}
	info, err := r.fsys.Lstat(inside(real))
	switch {
	case err != nil:
		return ""
	case info.IsDir():
		return "a folder"
	case !r.Live:
		return ""
	case info.Mode().IsRegular():
		return "a file"
	case info.Mode()&fs.ModeCharDevice == 0:
		return "neither a port nor a file"
	}
	drivers := r.text("/proc/tty/drivers")
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || drivers == "" || isTTY(drivers, int(unix.Major(uint64(stat.Rdev))), int(unix.Minor(uint64(stat.Rdev)))) {
		return ""
	}
	return "another kind of device"
}

// isTTY reports whether a device with these numbers is a tty, by the text of /proc/tty/drivers:
//
//	serial               /dev/ttyS       4  64-95 serial
//	/dev/tty             /dev/tty        5       0 system:/dev/tty
func isTTY(drivers string, major, minor int) bool {
	for line := range strings.Lines(drivers) {
		f := strings.Fields(line)
		if len(f) < 4 || f[len(f)-3] != strconv.Itoa(major) {
			continue
		}
		first, last, several := strings.Cut(f[len(f)-2], "-")
		if !several {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err == nil && err2 == nil && from <= minor && minor <= to {
			return true
		}
	}
	return false
}
