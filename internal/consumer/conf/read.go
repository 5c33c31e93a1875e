package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// How deep files may include each other: MAX_INCLUDE_LEVEL of chrony, and MAXINCLUDELEVEL of
// ntpd, which does not count the first file.
const (
	maxDepth    = 9
	maxDepthNTP = 5
)

// maxFiles limits the cost of files that include each other.
const maxFiles = 1000

// A reader builds a Config.
type reader struct {
	fsys    fs.FS
	config  *Config
	version version // of chrony
	ended   bool    // by the directive end of ntpd
	fudges  []fudge // in the order of the lines
	others  []others
}

// Read reads the file at this path, absolute or within fsys, and all files that it
// includes. It returns an error, which wraps the file system's, only if it cannot read
// the first file. All other problems are in the Config's Problems.
//
// Read treats an ntpd file with a "refclock" line, or under a folder named ntpsec, as a
// file of NTPsec. NTPsec always reads the files in the folder ntp.d next to its file.
//
// The versions of chrony accept different lines. Read finds the version of the chrony that is
// installed in fsys. Without one, it assumes the oldest in use, 4.3. For NTPsec it finds the
// drivers of the installed one. Without one, it assumes those of Debian.
func Read(fsys fs.FS, daemon Daemon, file string) (*Config, error) {
	if daemon == NTP && strings.Contains(file, "/ntpsec/") {
		daemon = NTPsec
	}
	text, err := fs.ReadFile(fsys, inside(file))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, bare(err))
	}
	r := &reader{fsys: fsys, config: &Config{Daemon: daemon}}
	if daemon == NTPsec {
		r.config.lacks = missingDrivers(fsys)
	}
	if daemon == Chrony {
		r.version = chronyVersion(fsys)
		r.config.version = r.version
	}
	r.text(file, text, 0)
	if daemon == NTP && r.config.Has("refclock") {
		return Read(fsys, NTPsec, file)
	}
	if daemon == NTPsec {
		r.ended = false
		beside := Directive{Place: Place{file, 1}}
		r.files(beside, r.folder(Beside(file)), 0)
	}
	r.refclocks()
	return r.config, nil
}

// Beside returns the folder that NTPsec reads next to its file. It need not exist.
func Beside(file string) string { return path.Join(path.Dir(file), "ntp.d") }

// Parse parses one file's text, and ignores includes.
func Parse(daemon Daemon, file string, text []byte) *Config {
	r := &reader{config: &Config{Daemon: daemon, lacks: missingDrivers(nil)}}
	r.text(file, text, 0)
	if daemon == NTP && r.config.Has("refclock") {
		return Parse(NTPsec, file, text)
	}
	r.refclocks()
	return r.config
}

// text parses the lines of one file.
func (r *reader) text(file string, text []byte, depth int) {
	r.config.Files = append(r.config.Files, file)
	if r.config.Daemon == Chrony {
		r.chronyText(file, text, depth)
	} else {
		r.ntpText(file, text, depth)
	}
}

// follow reads the files that a directive includes.
func (r *reader) follow(d Directive, depth int) {
	args := d.Words[1:]
	if r.fsys == nil || len(args) == 0 || len(r.config.Files) >= maxFiles {
		return
	}
	switch d.Words[0] {
	case "include":
		r.files(d, r.glob(args[0]), depth)
	case "confdir":
		r.files(d, r.folders(args, ".conf"), depth)
		r.others = append(r.others, others{d, ".conf", r.folders(args, ".sources")})
	case "sourcedir":
		r.others = append(r.others, others{d, ".sources", r.folders(args, ".conf")})
		for _, name := range r.folders(args, ".sources") {
			if text, ok := r.read(d, name); ok {
				r.sources(name, text)
			}
		}
	case "includefile":
		// NTPsec also accepts a folder; its paths may be relative to the file.
		name := args[0]
		if !path.IsAbs(name) {
			name = path.Join(path.Dir(d.File), name)
		}
		if info, err := fs.Stat(r.fsys, inside(name)); err == nil && info.IsDir() {
			r.files(d, r.folder(name), depth)
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

// folders returns the files with this ending in all folders of chrony, sorted by name. A
// file hides a file of the same name in a later folder. chronyd searches with * of the
// shell, which does not find names that begin with a dot.
func (r *reader) folders(folders []string, ending string) []string {
	where := map[string]string{}
	for _, folder := range folders {
		entries, _ := fs.ReadDir(r.fsys, inside(folder))
		for _, e := range entries {
			if _, hidden := where[e.Name()]; !hidden && strings.HasSuffix(e.Name(), ending) && !strings.HasPrefix(e.Name(), ".") {
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

// others are the files of a folder of chrony that have the ending of the other kind of
// folder.
type others struct {
	by     Directive
	ending string // of the files that chronyd reads
	names  []string
}

// passedOver finds reference clocks in files that chronyd does not read.
func (r *reader) passedOver(o others) {
	for _, name := range o.names {
		if slices.Contains(r.config.Files, name) {
			continue // because of another directive
		}
		text, _ := fs.ReadFile(r.fsys, inside(name))
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			line = normalize(line)
			if word, _ := splitWord(line); !strings.EqualFold(word, "refclock") {
				continue
			}
			r.add(Problem{
				Place: Place{name, number}, Drops: true, Text: fmt.Sprintf("a refclock line in a file that %s does not read", o.by.Words[0]),
				Why:        fmt.Sprintf("chronyd reads only files whose names end with %s from this folder, and reports no error", o.ending),
				Hint:       "move it to a file of a confdir whose name ends with .conf, such as /etc/chrony/conf.d/refclock.conf",
				Correction: Correction{Old: line, Moved: true},
			})
		}
	}
}

// folder returns the files of a folder of NTPsec, and of the folders in it, whose names end
// with .conf.
func (r *reader) folder(name string) (files []string) {
	entries, _ := fs.ReadDir(r.fsys, inside(name))
	for _, e := range entries {
		switch at := path.Join(name, e.Name()); {
		case !strings.HasSuffix(e.Name(), ".conf"):
		case e.IsDir():
			files = append(files, r.folder(at)...)
		default:
			files = append(files, at)
		}
	}
	return files
}

// files reads the named files, which a directive includes.
func (r *reader) files(by Directive, names []string, depth int) {
	limit := maxDepth
	if r.config.Daemon != Chrony {
		limit = maxDepthNTP
	}
	for _, name := range names {
		if depth >= limit {
			r.add(Problem{
				Place: by.Place, Fatal: r.config.Daemon == Chrony, Correction: replace(by.String(), ""),
				Text: fmt.Sprintf("%s is the %dth file in a chain of includes, expected at most %d", name, depth+2, limit+1),
			})
			return
		}
		if text, ok := r.read(by, name); ok {
			r.text(name, text, depth+1)
		}
	}
}

// read reads a file, or reports that this is impossible.
func (r *reader) read(by Directive, name string) (text []byte, ok bool) {
	text, err := fs.ReadFile(r.fsys, inside(name))
	if err == nil {
		return text, true
	}
	p := Problem{Place: by.Place, Text: fmt.Sprintf("cannot read %s: %v", name, bare(err)), Err: err}
	if r.config.Daemon == Chrony {
		p.Fatal = errors.Is(err, fs.ErrNotExist)
	} else {
		p.Why = fmt.Sprintf("%v logs an error and continues without the file", r.config.Daemon)
	}
	r.add(p)
	return nil, false
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
		case d.Words[0] == "server" || d.Words[0] == "peer" || d.Words[0] == "pool":
			r.server(d)
		}
	}
	for _, o := range r.others {
		r.passedOver(o)
	}
	if r.config.Daemon == Chrony {
		r.needsLeapSeconds()
		r.locks()
		r.contradictions()
	} else {
		r.applyFudges()
	}
}

func (r *reader) add(p Problem) { r.config.Problems = append(r.config.Problems, p) }

// refuse adds a problem that stops the daemon.
func (r *reader) refuse(d Directive, format string, args ...any) {
	r.add(Problem{Place: d.Place, Text: fmt.Sprintf(format, args...), Fatal: true})
}
