package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// An archive is an initramfs: a cpio archive of the kind "newc", which the kernel
// unpacks into its first file system
// (Documentation/driver-api/early-userspace/buffer-format.rst).
type archive struct {
	text  bytes.Buffer
	inode int
	made  map[string]bool // folders already added
}

// The file types in a mode, from include/uapi/linux/stat.h:
//
//	#define S_IFLNK	 0120000
//	#define S_IFREG  0100000
//	#define S_IFDIR  0040000
//	#define S_IFCHR  0020000
const (
	symlink   = 0o120000
	regular   = 0o100000
	directory = 0o040000
	character = 0o020000
)

// entry adds one file, owned by root. The header has magic, inode, mode, uid, gid, links,
// time, size, the device that contains the file, the device number of a device file, the
// length of the name with its NUL, and a checksum that "newc" does not use. Name and content
// are padded to four bytes.
func (a *archive) entry(name string, mode uint32, major, minor int, content []byte) {
	a.inode++
	fmt.Fprintf(&a.text, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		a.inode, mode, 0, 0, 1, 0, len(content), 0, 0, major, minor, len(name)+1, 0)
	a.text.WriteString(name + "\x00")
	a.pad()
	a.text.Write(content)
	a.pad()
}

func (a *archive) pad() {
	for a.text.Len()%4 != 0 {
		a.text.WriteByte(0)
	}
}

// folder adds a folder and its parents, once each.
func (a *archive) folder(name string) {
	if name == "." || a.made[name] {
		return
	}
	a.folder(path.Dir(name))
	if a.made == nil {
		a.made = map[string]bool{}
	}
	a.made[name] = true
	a.entry(name, directory|0o755, 0, 0, nil)
}

func (a *archive) device(name string, major, minor int) {
	a.folder(path.Dir(name))
	a.entry(name, character|0o600, major, minor, nil)
}

func (a *archive) file(name string, mode fs.FileMode, content []byte) {
	a.folder(path.Dir(name))
	a.entry(name, regular|uint32(mode.Perm()), 0, 0, content)
}

// copy adds a file of the host, with its mode.
func (a *archive) copy(name, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	a.file(name, info.Mode(), content)
	return nil
}

// tree adds the content of a folder of the host.
func (a *archive) tree(root string) error {
	return filepath.WalkDir(root, func(from string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, from)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			a.folder(name)
		case d.Type() == fs.ModeSymlink:
			to, err := os.Readlink(from)
			if err != nil {
				return err
			}
			a.folder(path.Dir(name))
			a.entry(name, symlink|0o777, 0, 0, []byte(to))
		default:
			return a.copy(name, from)
		}
		return nil
	})
}

// bytes returns the complete archive.
func (a *archive) bytes() []byte {
	a.entry("TRAILER!!!", 0, 0, 0, nil)
	return a.text.Bytes()
}
