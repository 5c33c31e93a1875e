package samplelog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/recording"
)

// A lineFormat is a log with a sample a line, in columns that are separated by blanks.
type lineFormat struct {
	name  string
	is    func(fields [][]byte) bool // whether a line of several columns is of this format
	parse func(c *collector, fields [][]byte) error
}

// lineFormats are the logs of chrony and ntpd. A new one is added here.
var lineFormats = []lineFormat{
	{chronyRefclocks, isRefclocks, refclocksLine},
	{chronyTracking, isTracking, trackingLine},
	{chronyStatistics, isStatistics, statisticsLine},
	{ntpPeerstats, isPeerstats, peerstatsLine},
	{ntpClockstats, isClockstats, clockstatsLine},
}

// A Set collects the sources of several files. The zero value is ready to use.
type Set struct {
	Files   []*File
	samples int
}

var errTooMany = fmt.Errorf("more than %d samples and reasons: report fewer files at a time, or a part of this one", maxSamples)

// Read reads one file, which may be compressed by gzip. The name is for messages and labels.
// It returns an error if the file cannot be read to its end, or has nothing that can be
// reported. Lines that cannot be read are counted in the File.
//
// A format that is not text is detected here by the first bytes of in, and adds its samples
// to the collector as the lines do.
func (s *Set) Read(name string, r io.Reader) error {
	in := bufio.NewReaderSize(r, maxLine+2)
	if head, _ := in.Peek(2); string(head) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("%s: %w", name, explainCut(err))
		}
		in = bufio.NewReaderSize(unpacked, maxLine+2)
	}
	file := &File{Name: name}
	s.Files = append(s.Files, file)
	c := &collector{file: file, byName: map[string]*Source{}, samples: s.samples}
	var err error
	if recording.Is(in) {
		err = readRecording(c, in)
	} else {
		err = (&lineReader{in: in, c: c}).readAll()
	}
	s.samples = c.samples
	if _, cut := errors.AsType[*recording.CutError](err); cut {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err != nil {
		return fmt.Errorf("%s: line %d: %w", name, file.Lines+1, explainCut(err))
	}
	if len(file.sources) == 0 {
		return nothingIn(file)
	}
	return nil
}

// explainCut explains the error of a compressed file that ends too early: gzip returns it.
func explainCut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the compressed file was cut; zcat FILE | refclock report - reads what is there")
	}
	return err
}

// ErrNothing is wrapped by the error of a file without a single sample or reason.
var ErrNothing = errors.New("nothing to report")

// nothingIn is the error of a file without a source.
func nothingIn(file *File) error {
	switch {
	case len(file.Errors) > 0:
		return fmt.Errorf("%w in %w", ErrNothing, file.Errors[0])
	case file.Lines == 0:
		return fmt.Errorf("%w in %s: the file is empty", ErrNothing, file.Name)
	}
	return fmt.Errorf("%w in %s: %d lines, none with a sample", ErrNothing, file.Name, file.Lines)
}

// A lineReader reads the lines of a file.
type lineReader struct {
	in      *bufio.Reader
	c       *collector
	current *lineFormat // of the last line that was read
	header  csvColumns  // of the CSV that was last begun
	inCSV   bool
	fields  [][]byte
}

func (r *lineReader) readAll() error {
	for {
		line, err := r.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			r.c.file.Lines++
			r.bad(found(fmt.Sprintf("more than %d bytes", maxLine), "a shorter line"))
			if err := skipLine(r.in); err != nil {
				return end(err)
			}
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(line) > 0 {
			r.c.file.Lines++
			r.line(line, errors.Is(err, io.EOF))
		}
		if r.c.samples > maxSamples {
			return errTooMany
		}
		if err != nil {
			return nil
		}
	}
}

// skipLine skips the rest of a line.
func skipLine(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// end returns the error of reading, if it is not the end of the file.
func end(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// line reads a line. The last one may be incomplete, as in a log that is being written: it
// does not count if it cannot be read.
func (r *lineReader) line(line []byte, last bool) {
	incomplete := last && !bytes.HasSuffix(line, []byte("\n"))
	line = bytes.TrimRight(line, "\r\n")
	if len(bytes.TrimSpace(line)) == 0 || line[0] == '#' || isChronyTitle(line) {
		r.c.file.Ignored++
		return
	}
	if err := r.parse(line); err != nil {
		if incomplete && len(r.c.file.sources) > 0 {
			r.c.file.Ignored++
			return
		}
		r.bad(err)
	}
}

// parse detects the format of a line and reads it. Most lines have that of the line before.
func (r *lineReader) parse(line []byte) error {
	if h, ok := csvHeader(line); ok {
		r.header, r.inCSV, r.current = h, true, nil
		r.use(monitorCSV)
		r.c.file.Ignored++
		return nil
	}
	r.split(line)
	if r.current == nil || !r.current.is(r.fields) {
		if format := r.detect(); format != nil {
			r.current, r.inCSV = format, false
			r.use(format.name)
		}
	}
	switch {
	case r.inCSV:
		return csvLine(r.c, r.header, line)
	case r.current != nil:
		return r.current.parse(r.c, r.fields)
	}
	return found(fmt.Sprintf("%.60q", line), "a line of "+strings.Join(formatNames(), ", ")+knownButUnread(line, r.fields))
}

// formatNames lists what can be read.
func formatNames() (names []string) {
	names = append(names, monitorCSV, Recording)
	for _, f := range lineFormats {
		names = append(names, f.name)
	}
	return names
}

// knownButUnread explains logs of the same daemons that have no offset of a clock, and other CSV.
func knownButUnread(line []byte, f [][]byte) string {
	switch {
	case bytes.Count(line, []byte(",")) > 0 && len(f) == 1:
		return ". The first line of a CSV has the columns time and offset_ns"
	case len(f) == 7 && len(f[0]) == 5 && isMJD(f):
		return ". This looks like ntpd's loopstats: report peerstats instead"
	case len(f) > 13 && isDated(f):
		return ". This looks like chrony's measurements.log: report statistics.log instead"
	}
	return ""
}

// use notes the format of the lines that follow.
func (r *lineReader) use(format string) {
	r.c.format = format
	if !slices.Contains(r.c.file.Formats, format) {
		r.c.file.Formats = append(r.c.file.Formats, format)
	}
}

func (r *lineReader) detect() *lineFormat {
	if len(r.fields) < 4 {
		return nil
	}
	for i := range lineFormats {
		if lineFormats[i].is(r.fields) {
			return &lineFormats[i]
		}
	}
	return nil
}

// split cuts a line at its blanks, without allocation.
func (r *lineReader) split(line []byte) {
	r.fields = r.fields[:0]
	for len(line) > 0 {
		line = bytes.TrimLeft(line, " \t")
		n := bytes.IndexAny(line, " \t")
		if n < 0 {
			n = len(line)
		}
		if n > 0 {
			r.fields = append(r.fields, line[:n])
		}
		line = line[n:]
	}
}

// bad counts a line that could not be read.
func (r *lineReader) bad(err error) {
	file := r.c.file
	file.Bad++
	if e, ok := errors.AsType[*Error](err); ok && len(file.Errors) < maxErrors {
		e.File, e.Line = file.Name, file.Lines
		file.Errors = append(file.Errors, e)
	}
}
