package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxDepth limits how deep files may include each other. It is chrony's limit, and more
// than ntpd's.
const maxDepth = 10

// maxFiles limits the cost of files that include each other.
const maxFiles = 1000

// A reader builds a Config.
type reader struct {
	fsys   fs.FS
	config *Config
}

// Read reads the file at this path, absolute or within fsys, and all files that it
// includes. It returns an error, which wraps the file system's, only if it cannot read
// the first file. All other problems are in the Config's Problems.
//
// Read treats an ntpd file with a "refclock" line, or under a folder named ntpsec, as a
// file of NTPsec. NTPsec always reads the files in the folder ntp.d next to its file.
func Read(fsys fs.FS, daemon Daemon, file string) (*Config, error) {
	if daemon == NTP && strings.Contains(file, "/ntpsec/") {
		daemon = NTPsec
	}
	r := &reader{fsys: fsys, config: &Config{Daemon: daemon}}
	text, err := fs.ReadFile(fsys, inside(file))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, bare(err))
	}
	r.text(file, text, 0)
	if daemon == NTP && r.config.Has("refclock") {
		r.config.Daemon = NTPsec
	}
	if r.config.Daemon == NTPsec {
		beside := Directive{Place: Place{file, 1}}
		r.files(beside, r.folders([]string{Beside(file)}, ".conf"), 0)
	}
	r.refclocks()
	return r.config, nil
}

// Beside returns the folder that NTPsec reads next to its file. It need not exist.
func Beside(file string) string { return path.Join(path.Dir(file), "ntp.d") }

// Parse parses one file's text, and ignores includes.
func Parse(daemon Daemon, file string, text []byte) *Config {
	r := &reader{fsys: emptyFS{}, config: &Config{Daemon: daemon}}
	r.text(file, text, maxDepth)
	if daemon == NTP && r.config.Has("refclock") {
		r.config.Daemon = NTPsec
	}
	r.refclocks()
	return r.config
}

type emptyFS struct{}

func (emptyFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// text parses the lines of one file.
func (r *reader) text(file string, text []byte, depth int) {
	r.config.Files = append(r.config.Files, file)
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		words := splitLine(r.config.Daemon, line)
		if len(words) == 0 {
			continue
		}
		words[0] = strings.ToLower(words[0])
		d := Directive{Place{file, number}, words}
		r.config.Directives = append(r.config.Directives, d)
		r.follow(d, depth)
	}
}

// splitLine returns the words of a line without its comment. chrony allows comments only
// as whole lines; ntpd also after a directive.
func splitLine(daemon Daemon, line string) []string {
	line = strings.TrimSpace(line)
	if daemon == Chrony {
		if line != "" && strings.ContainsRune("!;#%", rune(line[0])) {
			return nil
		}
		return strings.Fields(line)
	}
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	for i := range words {
		words[i] = strings.Trim(words[i], `"`)
	}
	return words
}

// follow reads the files that a directive includes.
func (r *reader) follow(d Directive, depth int) {
	if depth >= maxDepth || len(r.config.Files) >= maxFiles {
		return
	}
	args := d.Words[1:]
	switch {
	case len(args) == 0:
	case d.Words[0] == "include" && r.config.Daemon == Chrony:
		r.files(d, r.glob(args[0]), depth)
	case d.Words[0] == "confdir" && r.config.Daemon == Chrony:
		r.files(d, r.folders(args, ".conf"), depth)
	case d.Words[0] == "sourcedir" && r.config.Daemon == Chrony:
		r.files(d, r.folders(args, ".sources"), depth)
	case d.Words[0] == "includefile" && r.config.Daemon != Chrony:
		// NTPsec also accepts a folder; its paths may be relative to the file.
		name := args[0]
		if !path.IsAbs(name) {
			name = path.Join(path.Dir(d.File), name)
		}
		if info, err := fs.Stat(r.fsys, inside(name)); err == nil && info.IsDir() {
			r.files(d, r.folders([]string{name}, ".conf"), depth)
			return
		}
		r.files(d, []string{name}, depth)
	}
}

// glob returns the sorted files that match a pattern. A pattern without wildcards
// matches itself, whether or not the file exists.
func (r *reader) glob(pattern string) []string {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}
	}
	names, _ := fs.Glob(r.fsys, inside(pattern))
	slices.Sort(names)
	for i := range names {
		names[i] = "/" + names[i]
	}
	return names
}

// folders returns the files with this ending in all folders, sorted by name. A file
// hides a file of the same name in a later folder.
func (r *reader) folders(folders []string, ending string) []string {
	where := map[string]string{}
	for _, folder := range folders {
		entries, _ := fs.ReadDir(r.fsys, inside(folder))
		for _, e := range entries {
			if _, hidden := where[e.Name()]; !hidden && strings.HasSuffix(e.Name(), ending) {
				where[e.Name()] = path.Join(folder, e.Name())
			}
		}
	}
	var names []string
	for name := range where {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = where[name]
	}
	return names
}

// files reads the named files, which a directive includes.
func (r *reader) files(by Directive, names []string, depth int) {
	for _, name := range names {
		text, err := fs.ReadFile(r.fsys, inside(name))
		if err != nil {
			r.config.Problems = append(r.config.Problems, Problem{
				Place: by.Place,
				Text:  fmt.Sprintf("cannot read %s: %v", name, bare(err)),
				Fatal: errors.Is(err, fs.ErrNotExist),
				Err:   err,
			})
			continue
		}
		r.text(name, text, depth+1)
	}
}

// inside returns the name of a path in an fs.FS.
func inside(file string) string { return strings.TrimPrefix(path.Clean("/"+file), "/") }

func bare(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// refclocks parses the reference clocks of all directives.
func (r *reader) refclocks() {
	for _, d := range r.config.Directives {
		switch {
		case r.config.Daemon == Chrony && d.Words[0] == "refclock":
			r.chrony(d)
		case r.config.Daemon == Chrony:
		case d.Words[0] == "refclock":
			r.ntpsec(d)
		case d.Words[0] == "server" || d.Words[0] == "peer":
			r.server(d)
		case d.Words[0] == "fudge":
			r.fudge(d)
		}
	}
}

func (r *reader) addProblem(d Directive, fatal bool, format string, args ...any) {
	r.config.Problems = append(r.config.Problems, Problem{Place: d.Place, Text: fmt.Sprintf(format, args...), Fatal: fatal})
}
