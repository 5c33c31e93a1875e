//go:build linux

package pps

// Open opens the source of a name; [Parse] says which names there are, and
// [OpenDevice], [OpenDiscipline], [OpenLine] and [OpenModem] which errors.
func Open(source string, options ...Option) (Source, error) {
	a, err := Parse(source)
	if err != nil {
		return nil, err
	}
	return a.Open(options...)
}

// Open opens the source.
func (a Address) Open(options ...Option) (Source, error) {
	// A nil pointer in an interface would be no nil: hence the errors one by one.
	switch a.Kind {
	case KindLine:
		l, err := OpenLine(a.Chip, a.Line, options...)
		if err != nil {
			return nil, err
		}
		return l, nil
	case KindDiscipline:
		d, err := OpenDiscipline(a.Path, options...)
		if err != nil {
			return nil, err
		}
		return d, nil
	case KindModem:
		m, err := OpenModem(a.Path, a.Signal, options...)
		if err != nil {
			return nil, err
		}
		return m, nil
	}
	d, err := OpenDevice(a.Path, options...)
	if err != nil {
		return nil, err
	}
	return d, nil
}
