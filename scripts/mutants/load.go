package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A pkg is a package to be mutated.
type pkg struct {
	name  string // its directory below the module's root
	path  string // its import path
	dir   string
	fset  *token.FileSet
	files []*file
	info  *types.Info
}

// A file is a source file to be mutated.
type file struct {
	name   string // relative to the working directory
	path   string // absolute
	source []byte
	syntax *ast.File
}

// listed is a part of what go list -json prints for a package.
type listed struct {
	ImportPath, Dir, Export string
	DepOnly                 bool
	GoFiles                 []string
	Module                  *struct{ Dir string }
	Error                   *struct{ Err string }
}

// load parses the packages that match the patterns, and resolves their types.
func load(ctx context.Context, patterns []string) ([]*pkg, error) {
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,DepOnly,GoFiles,Module,Error"}
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var wanted []listed
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly {
			wanted = append(wanted, l)
		}
	}
	var packages []*pkg
	for _, l := range wanted {
		p, err := l.parse(exports)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.ImportPath, err)
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// parse reads a package's files and resolves their types, by the export data of
// the packages that they import.
func (l listed) parse(exports map[string]string) (*pkg, error) {
	if l.Error != nil {
		return nil, errors.New(l.Error.Err)
	}
	if l.Module == nil {
		return nil, errors.New("not in a module")
	}
	name, err := filepath.Rel(l.Module.Dir, l.Dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{name: filepath.ToSlash(name), path: l.ImportPath, dir: l.Dir, fset: token.NewFileSet()}
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
	}
	var syntax []*ast.File
	for _, base := range l.GoFiles {
		f, err := p.parseFile(base, l.Module.Dir)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, f.syntax)
		everywhere, err := builtEverywhere(l.Dir, base)
		if err != nil {
			return nil, err
		}
		if everywhere && !ast.IsGenerated(f.syntax) {
			p.files = append(p.files, f)
		}
	}
	config := types.Config{Importer: importer.ForCompiler(p.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	if _, err := config.Check(l.ImportPath, p.fset, syntax, p.info); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *pkg) parseFile(base, root string) (*file, error) {
	path := filepath.Join(p.dir, base)
	name, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	syntax, err := parser.ParseFile(p.fset, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{name: filepath.ToSlash(name), path: path, source: source, syntax: syntax}, nil
}

// builtEverywhere reports whether a file is built for this machine and for linux/amd64:
// the mutants are then the same on every machine.
func builtEverywhere(dir, base string) (bool, error) {
	reference := build.Default
	reference.GOOS, reference.GOARCH = "linux", "amd64"
	for _, c := range []build.Context{build.Default, reference} {
		if ok, err := c.MatchFile(dir, base); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}
