package tune

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Undo is the content of an undo file: what a receiver had before it was changed. The
// file is text, one line for each fact. docs/tune.md describes the format.
type Undo struct {
	Receiver Identity
	Device   string    // path of the port
	Made     time.Time // UTC, whole seconds
	Store    bool      // whether the changes were to be stored in the receiver
	Settings []Setting // all, as they were
	Stored   []Stored  // what the receiver's memory contained; empty if it cannot be read
	Changed  []Setting // the new values

	now []Setting // what the receiver has now, for the plan
}

// ErrFile means that an undo file is damaged, or of another version.
var ErrFile = errors.New("not a valid undo file")

const (
	// fileVersion is the version of the format.
	fileVersion = "1"

	// MaxFile is how long an undo file may be. A u-blox with all its keys needs 8 kB.
	MaxFile = 64 << 10

	maxLine = 1000
)

// Marshal returns the text of the file.
func (u Undo) Marshal() []byte {
	var b bytes.Buffer
	b.WriteString("# Settings of a receiver before refclock receiver --tune changed them.\n# Restore them with: refclock receiver --undo FILE\n")
	fmt.Fprintf(&b, "refclock-undo %s\nfamily %s\nreceiver %q\ndevice %q\nmade %s\nstore %t\n",
		fileVersion, u.Receiver.Family, u.Receiver.Name, u.Device, u.Made.UTC().Format(time.RFC3339), u.Store)
	for _, s := range u.Settings {
		fmt.Fprintf(&b, "setting %s %s\n", s.Name, s.Value)
	}
	for _, s := range u.Stored {
		v := s.Value
		if v == "" {
			v = "-"
		}
		fmt.Fprintf(&b, "stored %s %s %s\n", s.Memory, s.Name, v)
	}
	for _, s := range u.Changed {
		fmt.Fprintf(&b, "changed %s %s\n", s.Name, s.Value)
	}
	sum := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "sha256 %x\n", sum)
	return b.Bytes()
}

// Unmarshal reads the text of a file. It accepts only what Marshal can write; the error
// wraps ErrFile.
func Unmarshal(text []byte) (Undo, error) {
	body, sum, found := bytes.Cut(text, []byte("\nsha256 "))
	if !found {
		return Undo{}, fmt.Errorf("%w: its last line is not a checksum; is it complete?", ErrFile)
	}
	body = append(slices.Clone(body), '\n')
	want := sha256.Sum256(body)
	if string(sum) != hex.EncodeToString(want[:])+"\n" {
		return Undo{}, fmt.Errorf("%w: its checksum is wrong: it was changed or damaged", ErrFile)
	}
	var u Undo
	p := fileParser{file: &u}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if err := p.line(lines.Text()); err != nil {
			return Undo{}, fmt.Errorf("%w: line %d: %w", ErrFile, n, err)
		}
	}
	switch {
	case lines.Err() != nil:
		return Undo{}, fmt.Errorf("%w: %w", ErrFile, lines.Err())
	case p.facts != len(factNames):
		return Undo{}, fmt.Errorf("%w: it has no line %s", ErrFile, factNames[p.facts])
	case !bytes.Equal(u.Marshal(), text):
		return Undo{}, fmt.Errorf("%w: refclock would write it in another way", ErrFile)
	}
	return u, nil
}

// factNames are the lines that each file has once, in this order.
var factNames = []string{"refclock-undo", "family", "receiver", "device", "made", "store"}

// A fileParser reads the lines of a file.
type fileParser struct {
	file  *Undo
	facts int // that were read
}

func (p *fileParser) line(text string) (err error) {
	name, rest, _ := strings.Cut(text, " ")
	words := strings.Split(rest, " ")
	switch {
	case strings.HasPrefix(text, "#"):
	case p.facts < len(factNames):
		if name != factNames[p.facts] {
			return fmt.Errorf("%q: expected %s", name, factNames[p.facts])
		}
		p.facts++
		return p.fact(name, rest)
	case name == "setting" && len(words) == 2:
		p.file.Settings = append(p.file.Settings, Setting{words[0], words[1]})
	case name == "changed" && len(words) == 2:
		p.file.Changed = append(p.file.Changed, Setting{words[0], words[1]})
	case name == "stored" && len(words) == 3:
		p.file.Stored = append(p.file.Stored, Stored{words[0], Setting{words[1], strings.TrimPrefix(words[2], "-")}})
	default:
		return fmt.Errorf("%q: expected setting, stored or changed, with its words", name)
	}
	return nil
}

func (p *fileParser) fact(name, rest string) (err error) {
	switch name {
	case "refclock-undo":
		if rest != fileVersion {
			return fmt.Errorf("version %s: this refclock reads version %s", rest, fileVersion)
		}
	case "family":
		p.file.Receiver.Family = rest
	case "receiver":
		p.file.Receiver.Name, err = strconv.Unquote(rest)
	case "device":
		p.file.Device, err = strconv.Unquote(rest)
	case "made":
		p.file.Made, err = time.Parse(time.RFC3339, rest)
	case "store":
		p.file.Store, err = strconv.ParseBool(rest)
	}
	return err
}

// FileName returns the name of the undo file: the receiver's family, and the date.
func (u Undo) FileName() string {
	return fmt.Sprintf("refclock-undo-%s-%s.txt", u.Receiver.Family, u.Made.UTC().Format("20060102T150405Z"))
}
