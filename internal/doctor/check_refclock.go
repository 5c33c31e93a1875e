package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/settings"
)

// refclockService is refclock's own service of systemd.
const refclockService = "refclock.service"

// checkRefclockFile checks that refclock run accepts its configuration.
func checkRefclockFile(m *Machine) (findings []Finding) {
	for _, file := range m.refclockFiles() {
		_, err := m.readRefclockFile(file)
		command := "refclock run --check"
		if file != settings.DefaultFile {
			command += " --config " + file
		}
		switch {
		case err == nil || !m.root.exists(file) && file == settings.DefaultFile: // refclock then uses its defaults
		case refused(err):
			findings = append(findings, skip("The configuration of refclock cannot be read.", err.Error()+". Try again with sudo.")...)
		default:
			step := typeLine(command)
			step.Note = "after each change; without an error, restart refclock"
			findings = append(findings, fail("refclock does not accept its configuration.", ended(strings.ReplaceAll(err.Error(), "\n", "; ")), step))
		}
	}
	return findings
}

// checkRealtime checks that the service permits what the setting realtime needs.
func checkRealtime(m *Machine) []Finding {
	if m.manager != systemd || !m.hasService(refclockService) {
		return nil
	}
	c, err := m.readRefclockFile(m.serviceConfig())
	if err != nil || !c.Daemon.Realtime {
		return nil
	}
	var missing []string
	lines := strings.Split(strings.Join(m.serviceFiles(refclockService), "\n"), "\n")
	for _, name := range []string{"LimitRTPRIO", "LimitMEMLOCK"} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), name+"=") }) {
			missing = append(missing, name+"=")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return one(warn("The service of refclock does not permit the setting realtime.", "It has no "+strings.Join(missing, " and no ")+". The clocks run without real time.",
		typeLine("sudo install -D -m 644 /usr/share/doc/refclock/examples/realtime.conf -t /etc/systemd/system/refclock.service.d"),
		typeLine("sudo systemctl daemon-reload"), typeLine("sudo systemctl restart refclock")))
}

// refclockFiles returns the configurations of the running refclock run; if refclock does not
// publish, the one of the service.
func (m *Machine) refclockFiles() (files []string) {
	running := slices.DeleteFunc(m.running("refclock"), func(p process) bool { return !publishes(p.args) })
	for _, p := range running {
		if file, ok := configOf(p.args); ok {
			if !path.IsAbs(file) {
				folder, err := m.root.ReadLink(fmt.Sprintf("/proc/%d/cwd", p.pid))
				if err != nil {
					continue
				}
				file = path.Join(folder, file)
			}
			files = append(files, file)
		}
	}
	if len(running) == 0 {
		files = []string{m.serviceConfig()}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// publishes reports whether a command line of refclock is of a command that publishes: status and
// monitor, for example, say nothing about the service. One that cannot be read may.
func publishes(args []string) bool {
	if len(args) < 2 {
		return true
	}
	command := args[1]
	return command == "run" || slices.ContainsFunc(settings.Kinds, func(k settings.Kind) bool { return k.Name == command })
}

// serviceConfig returns the configuration of refclock's service.
func (m *Machine) serviceConfig() string {
	file := settings.DefaultFile
	for _, text := range m.serviceFiles(refclockService) {
		for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
			name, command, _ := strings.Cut(strings.TrimSpace(line), "=")
			if strings.TrimSpace(name) != "ExecStart" {
				continue
			}
			words := strings.Fields(command)
			for i := range words {
				words[i] = strings.Trim(words[i], `"'`)
			}
			if named, ok := configOf(words); ok && path.IsAbs(named) {
				file = named
			}
		}
	}
	return file
}

// configOf returns the configuration that a command line of refclock run names, or the
// default. It returns false for other commands.
func configOf(args []string) (file string, ok bool) {
	if !slices.Contains(args, "run") {
		return "", false
	}
	for _, value := range flagValues(args, "config") {
		file = value // the last one counts
	}
	return cmp.Or(file, settings.DefaultFile), true
}

// flagValues returns the values that a command line gives to a flag.
func flagValues(args []string, names ...string) (values []string) {
	for i, arg := range args {
		name, value, given := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || !slices.Contains(names, name) {
			continue
		}
		if !given && i+1 < len(args) {
			value = args[i+1]
		}
		values = append(values, value)
	}
	return values
}

// readRefclockFile reads a configuration of refclock.
func (m *Machine) readRefclockFile(name string) (settings.Configuration, error) {
	text, err := m.root.regularFile(name, settings.MaxFile)
	if err != nil {
		return settings.Configuration{}, err
	}
	return settings.Parse(name, string(text))
}

// regularFile returns the content of a regular file, which any user may have named. It never
// waits for a pipe.
func (r *Root) regularFile(name string, maxBytes int64) ([]byte, error) {
	real, err := r.Resolve(name)
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = &fs.PathError{Op: "open", Path: name, Err: path.Err} // not the part of it that was missing
	}
	if err != nil {
		return nil, err
	}
	if r.Live {
		return regularfile.Read(real, maxBytes)
	}
	if info, err := r.fsys.Lstat(inside(real)); err != nil || !info.Mode().IsRegular() || info.Size() > maxBytes {
		return nil, cmp.Or(err, error(&fs.PathError{Op: "read", Path: name, Err: regularfile.ErrNotRegular}))
	}
	return r.ReadFile(real)
}

// A publishedSocket is a socket to which refclock publishes.
type publishedSocket struct {
	path string
	file string // the configuration that names it; the default if a command line does
}

// publishedSockets returns the sockets that the command lines of the running refclock
// and its configurations name.
func (m *Machine) publishedSockets() (list []publishedSocket) {
	for _, p := range m.running("refclock") {
		for _, socket := range flagValues(p.args, "sock", "pps-sock") {
			list = append(list, publishedSocket{socket, settings.DefaultFile})
		}
	}
	for _, file := range m.refclockFiles() {
		c, err := m.readRefclockFile(file)
		if err != nil {
			continue // checkRefclockFile reports it
		}
		for _, clock := range c.Clocks {
			for _, target := range clock.Settings.Targets() {
				if target.Socket != "" {
					list = append(list, publishedSocket{target.Socket, file})
				}
			}
		}
	}
	return list
}
