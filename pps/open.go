//go:build linux

package pps

// Open opens a source by name. For the names see [Parse], for the errors [OpenDevice],
// [OpenDiscipline], [OpenLine], [OpenModem] and [OpenPHC].
func Open(source string, options ...Option) (Source, error) {
	a, err := Parse(source)
	if err != nil {
		return nil, err
	}
	return a.Open(options...)
}

// Open opens the source.
func (a Address) Open(options ...Option) (Source, error) {
	// Each error is checked: a nil pointer in an interface is not nil.
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
	case KindPHC:
		p, err := OpenPHC(a, options...)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
	d, err := OpenDevice(a.Path, options...)
	if err != nil {
		return nil, err
	}
	return d, nil
}
