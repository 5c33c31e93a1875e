package doctor

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// A boot holds the files that the firmware reads before it starts Linux.
type boot struct {
	dir      string // /boot/firmware, or /boot before Bookworm; empty if there is no config.txt
	config   string // the path of config.txt
	cmdline  string // the path of cmdline.txt
	settings []setting
	words    []string // of cmdline.txt
	running  []string // parameters of the running kernel
	missing  []setting
	open     bool  // config.txt ends in a section other than [all]
	err      error // why config.txt cannot be read
}

// A setting is one line of config.txt or of an included file.
type setting struct {
	file    string
	text    string
	key     string
	value   string
	section string // the last filter above it, else "all"
	applies bool   // to this model
}

// readBoot reads config.txt and cmdline.txt.
func readBoot(r *Root, m model) boot {
	b := boot{running: strings.Fields(r.text("/proc/cmdline"))}
	for _, dir := range []string{"/boot/firmware", "/boot"} {
		if r.exists(path.Join(dir, "config.txt")) {
			b.dir = dir
			break
		}
	}
	if b.dir == "" {
		return b
	}
	b.config, b.cmdline = path.Join(b.dir, "config.txt"), path.Join(b.dir, "cmdline.txt")
	text, err := r.ReadFile(b.config)
	b.err = err
	p := &configParser{root: r, model: m, boot: &b}
	p.parse(b.config, string(text), 0)
	b.open = p.section != "" || p.other
	b.words = strings.Fields(r.text(b.cmdline))
	return b
}

// A configParser parses config.txt. It knows the filters for models, all and none. A
// line below another filter, such as [HDMI:0] or a serial number, does not apply.
type configParser struct {
	root    *Root
	model   model
	boot    *boot
	section string
	other   bool // an unknown filter is in effect
}

func (p *configParser) parse(file, text string, depth int) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			p.filter(strings.ToLower(strings.Trim(line, "[]")))
			continue
		}
		if name, ok := strings.CutPrefix(line, "include "); ok {
			p.include(file, line, strings.TrimSpace(name), depth)
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		p.boot.settings = append(p.boot.settings, p.setting(file, line, strings.TrimSpace(key), strings.TrimSpace(value)))
	}
}

// filter enters a [section]. A model's section replaces another model's.
func (p *configParser) filter(name string) {
	switch {
	case name == "all":
		p.section, p.other = "", false
	case isModelFilter(name):
		p.section = name
	default:
		p.section, p.other = name, true
	}
}

func isModelFilter(name string) bool {
	return name == "none" || strings.HasPrefix(name, "pi") || strings.HasPrefix(name, "cm")
}

func (p *configParser) setting(file, line, key, value string) setting {
	applies := !p.other && (p.section == "" || slices.Contains(p.model.sections, p.section))
	section := p.section
	if section == "" {
		section = "all"
	}
	return setting{file, line, strings.ToLower(key), value, section, applies}
}

// include parses another file of the same folder.
func (p *configParser) include(file, line, name string, depth int) {
	s := p.setting(file, line, "include", name)
	if !s.applies || depth > 8 {
		return
	}
	text, err := p.root.ReadFile(path.Join(p.boot.dir, name))
	if err != nil {
		p.boot.missing = append(p.boot.missing, s)
		return
	}
	p.parse(path.Join(p.boot.dir, name), string(text), depth+1)
}

// add returns the steps that add lines to config.txt so that they apply to this Pi.
func (b *boot) add(lines ...string) (steps []Step) {
	if b.open {
		steps = append(steps, addLine(b.config, "[all]"))
	}
	for _, line := range lines {
		steps = append(steps, addLine(b.config, line))
	}
	return append(steps, reboot)
}

// value returns the last value of a key that applies, else "".
func (b *boot) value(key string) string {
	value := ""
	for _, s := range b.settings {
		if s.key == key && s.applies {
			value = s.value
		}
	}
	return value
}

// param reports whether a dtparam, such as uart0, is on, and returns its line.
func (b *boot) param(name string) (setting, bool) {
	var by setting
	on := false
	for _, s := range b.settings {
		if s.key != "dtparam" || !s.applies {
			continue
		}
		for text := range strings.SplitSeq(s.value, ",") {
			key, value, given := strings.Cut(text, "=")
			if key == name {
				by, on = s, !given || isOn(value)
			}
		}
	}
	return by, on
}

// without returns the step that removes one dtparam from its line, which may have
// others.
func (s setting) without(param string) Step {
	kept := slices.DeleteFunc(strings.Split(s.value, ","), func(text string) bool {
		key, _, _ := strings.Cut(text, "=")
		return key == param
	})
	if len(kept) == 0 {
		return deleteLine(s.file, s.text)
	}
	return replaceLine(s.file, s.text, s.key+"="+strings.Join(kept, ","))
}

func isOn(value string) bool {
	return value != "off" && value != "no" && value != "0" && value != "false"
}

// An overlay is a dtoverlay line with its parameters.
type overlay struct {
	setting
	name   string
	params map[string]string
}

// overlays returns the overlays that apply, in order. A dtparam line below an overlay
// belongs to it.
func (b *boot) overlays() (list []overlay) {
	return b.overlaysOf(func(s setting) bool { return s.applies })
}

func (b *boot) overlaysOf(wanted func(setting) bool) (list []overlay) {
	for _, s := range b.settings {
		if !wanted(s) {
			continue
		}
		switch s.key {
		case "dtoverlay", "device_tree_overlay":
			name, rest, _ := strings.Cut(s.value, ",")
			o := overlay{setting: s, name: name, params: map[string]string{}}
			o.take(rest)
			list = append(list, o)
		case "dtparam":
			if len(list) > 0 && list[len(list)-1].name != "" {
				list[len(list)-1].take(s.value)
			}
		}
	}
	return list
}

func (o *overlay) take(params string) {
	for text := range strings.SplitSeq(params, ",") {
		if key, value, _ := strings.Cut(text, "="); key != "" {
			o.params[key] = value
		}
	}
}

// overlay returns the first overlay that applies and has one of the names.
func (b *boot) overlay(names ...string) (overlay, bool) {
	for _, o := range b.overlays() {
		if slices.Contains(names, o.name) {
			return o, true
		}
	}
	return overlay{}, false
}

// gpioPin returns the GPIO number that an overlay uses.
func (o overlay) gpioPin(byDefault int) int {
	if n, err := strconv.ParseInt(o.params["gpiopin"], 0, 16); err == nil {
		return int(n)
	}
	return byDefault
}

// ppsPins returns the GPIO numbers of all pps-gpio overlays that apply. The overlay's
// default is 18.
func (b *boot) ppsPins() (pins []int) {
	for _, o := range b.overlays() {
		if o.name == "pps-gpio" {
			pins = append(pins, o.gpioPin(18))
		}
	}
	return pins
}
