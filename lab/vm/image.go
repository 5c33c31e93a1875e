package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/refclock/refclock/lab/protocol"
)

// An image is the initramfs of the machine, which has no disk.
type image struct {
	target   target
	kernel   string   // folder from lab/prepare
	init     string   // the first process
	program  []string // and its arguments
	overlays []string
	files    []string // PATH=FILE
}

const (
	initramfs = "initramfs" // name of the image in the work folder
	modules   = "modules"   // the folder of the modules, in the kernel's and in the machine
)

// Users of every Debian system that tests look up.
const (
	passwd = "root:x:0:0::/tmp:\ndaemon:x:1:1::/tmp:\nnobody:x:65534:65534::/tmp:\n"
	group  = "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n"
)

// write writes the image to the work folder.
func (i image) write(work string) error {
	var a archive
	// The kernel uses this as the first process's standard output.
	a.device("dev/console", 5, 1)
	if err := a.copy("init", i.init); err != nil {
		return err
	}
	a.file("etc/passwd", 0o644, []byte(passwd))
	a.file("etc/group", 0o644, []byte(group))
	if err := i.addModules(&a); err != nil {
		return err
	}
	if err := i.addProgram(&a); err != nil {
		return err
	}
	for _, folder := range i.overlays {
		if err := a.tree(folder); err != nil {
			return err
		}
	}
	for _, pair := range i.files {
		to, from, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("-file %s: expected PATH=FILE", pair)
		}
		if err := a.copy(strings.TrimPrefix(to, "/"), from); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(work, initramfs), a.bytes(), 0o600)
}

func (i image) addModules(a *archive) error {
	folder := filepath.Join(i.kernel, modules)
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("%w; create it with: lab/prepare %s", err, i.target.name)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return err
	}
	for _, from := range files {
		if err := a.copy(modules+"/"+filepath.Base(from), from); err != nil {
			return err
		}
	}
	return nil
}

// addProgram adds the program that lab/init runs.
func (i image) addProgram(a *archive) error {
	content, err := os.ReadFile(i.program[0])
	if err != nil {
		return err
	}
	a.file("test/program", 0o755, content)
	environment := []string{
		protocol.Arch + "=" + i.target.name,
		protocol.TTY + "=" + i.target.tty,
		protocol.USB + "=" + usb,
		protocol.Modules + "=/" + modules,
	}
	a.file("test/arguments", 0o644, text(i.program[1:]))
	a.file("test/environment", 0o644, text(environment))
	return nil
}

func text(lines []string) []byte {
	if len(lines) == 0 {
		return nil
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}
