package config

import (
	"errors"
	"flag"
	"fmt"
)

// Define adds a flag for each setting.
func (s Schema) Define(flags *flag.FlagSet) {
	for _, setting := range s {
		usage := setting.Usage
		if setting.Takes != "" {
			usage = "`" + setting.Takes + "` " + usage
		}
		flags.Var(setting.Value, setting.Flag(), usage)
	}
}

// Flags are the flags of a command that has parsed its arguments. They are a Source.
type Flags struct {
	set      *flag.FlagSet
	given    map[string]bool
	errs     []error
	Warnings []string
}

// NewFlags returns the flags as a Source.
func NewFlags(set *flag.FlagSet) *Flags {
	f := &Flags{set: set, given: map[string]bool{}}
	set.Visit(func(one *flag.Flag) { f.given[one.Name] = true })
	return f
}

// SetOperands sets the settings that a command takes as operands: each takes one, and a
// list takes all that are left.
func (f *Flags) SetOperands(schema Schema, operands []string) {
	for _, s := range schema {
		if !s.Operand || len(operands) == 0 {
			continue
		}
		flagName, shown := s.Flag(), redacted(s.Value, operands[0])
		if f.given[flagName] {
			f.errs = append(f.errs, fmt.Errorf("%q and --%s: expected only one of them", shown, flagName))
			return
		}
		f.given[flagName] = true
		var err error
		if operands, err = setOperands(s.Value, operands); err != nil {
			f.errs = append(f.errs, fmt.Errorf("%s: %w", shown, err))
		}
	}
	if len(operands) > 0 {
		f.errs = append(f.errs, fmt.Errorf("unexpected operand %q", operands[0]))
	}
}

// setOperands sets a value, and returns the operands that are left.
func setOperands(value Value, operands []string) (rest []string, err error) {
	switch v := value.(type) {
	case *secret:
		return setOperands(v.Value, operands)
	case *list:
		return nil, v.take(operands)
	}
	return operands[1:], value.Set(operands[0])
}

// Given implements Source.
func (f *Flags) Given(name string) bool { return f.given[Setting{Name: name}.Flag()] }

// Wrong implements Source.
func (f *Flags) Wrong(name, hint string) { f.errs = append(f.errs, errors.New(f.subject(name)+hint)) }

// Warn implements Source.
func (f *Flags) Warn(name, text string) { f.Warnings = append(f.Warnings, f.subject(name)+text) }

// subject returns the flag as it was given, with a colon.
func (f *Flags) subject(name string) string {
	flagName := Setting{Name: name}.Flag()
	if !f.given[flagName] {
		return ""
	}
	return fmt.Sprintf("--%s %s: ", flagName, f.set.Lookup(flagName).Value)
}

// Err returns all errors, or nil.
func (f *Flags) Err() error { return errors.Join(f.errs...) }
