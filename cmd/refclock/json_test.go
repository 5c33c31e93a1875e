package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/logreport"
	"github.com/refclock/refclock/internal/status"
)

// jsonDocuments are what commands write, by the command.
var jsonDocuments = []struct {
	command, text string
	value         any
}{
	{"refclock status --json", "One object: the report of the running daemon.", status.Report{}},
	{"refclock monitor --json [UNIT...]", "One object per sample, one per line. `--count 5` stops after the fifth.", readingJSON{}},
	{"refclock decode --json [FILE]", "One object per epoch of a capture, one per line.", epochJSON{}},
	{"refclock replay --json FILE", "One object per sample or change of state, one per line. After a recording, a last one compares it with the run that was recorded.", outcomeJSON{}},
	{"refclock report --json FILE...", "One object: the figures of every source.", logreport.Report{}},
	{"refclock pps --json SOURCE", "One object per edge, one per line.", edgeJSON{}},
	{"refclock doctor --json", "One object.", doctorJSON{}},
	{"refclock receiver --json", "One object.", receiversJSON{}},
	{"refclock htntp --once --json SERVER...", "One object: the result of a poll.", verdictJSON{}},
}

// jsonPage writes docs/json.md from the types and the comments of their fields.
func jsonPage(t *testing.T) string {
	t.Helper()
	comments := fieldComments(t, ".", "../../internal/status", "../../internal/doctor", "../../internal/logreport", "../../driver", "../../driver/gps/receiver")
	var b strings.Builder
	b.WriteString(`# JSON

Commands write JSON with ` + "`--json`" + `. This page lists every field. It is generated from the source.

Times are RFC 3339 in UTC with nanoseconds. A name that ends in ` + "`_ns`" + ` is a whole number of nanoseconds. Offsets are clock - receive: negative if the reference
clock is behind the system clock. New fields may appear; ` + "`schema`" + ` changes if a field is removed or changes its meaning.
`)
	for _, d := range jsonDocuments {
		fmt.Fprintf(&b, "\n## `%s`\n\n%s\n", d.command, d.text)
		var seen []reflect.Type
		describeType(t, &b, comments, reflect.TypeOf(d.value), "", &seen)
	}
	return b.String()
}

// describeType writes a table of a struct's fields, and then those of the structs in it.
func describeType(t *testing.T, b *strings.Builder, comments map[string]string, typ reflect.Type, at string, seen *[]reflect.Type) {
	if slices.Contains(*seen, typ) {
		return
	}
	*seen = append(*seen, typ)
	if at != "" {
		fmt.Fprintf(b, "\n`%s`:\n", at)
	}
	b.WriteString("\n| field | type | meaning |\n|---|---|---|\n")
	type inner struct {
		at  string
		typ reflect.Type
	}
	var list []inner
	for f := range typ.Fields() {
		name, omit, _ := strings.Cut(f.Tag.Get("json"), ",")
		meaning := comments[path.Base(typ.PkgPath())+"."+typ.Name()+"."+f.Name]
		if name == "" || meaning == "" {
			t.Errorf("%v.%s: no name in JSON or no comment", typ, f.Name)
		}
		kind, element := jsonKind(f.Type)
		if omit != "" {
			kind += ", may be missing"
		}
		if typ.Name() == "State" && name == "reason" {
			b.WriteString("| `publishing` | true or false | whether samples are published |\n")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, kind, strings.ReplaceAll(meaning, "|", `\|`))
		if element != nil {
			list = append(list, inner{strings.TrimPrefix(at+"."+name, "."), element})
		}
	}
	for _, in := range list {
		describeType(t, b, comments, in.typ, in.at, seen)
	}
}

// jsonKind names a type as JSON has it, and returns the struct within, if there is one.
func jsonKind(typ reflect.Type) (kind string, element reflect.Type) {
	switch typ.Kind() {
	case reflect.Pointer:
		kind, element = jsonKind(typ.Elem())
		return kind + " or null", element
	case reflect.Slice, reflect.Array:
		if typ.Elem().Kind() == reflect.Uint8 {
			return "text", nil
		}
		kind, element = jsonKind(typ.Elem())
		return "list of " + kind, element
	case reflect.Struct:
		if typ.Name() == "Time" {
			return "time", nil
		}
		return "object", typ
	case reflect.Bool:
		return "true or false", nil
	case reflect.String:
		if typ.Name() == "Number" {
			return "number", nil
		}
		return "text", nil
	case reflect.Float64:
		return "number", nil
	}
	if typ.Name() == "Verdict" {
		return "text", nil
	}
	return "whole number", nil
}

// fieldComments returns the comments of all struct fields in packages, by package, type and
// field.
func fieldComments(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	comments := map[string]string{}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path.Join(folder, e.Name()), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			pkg := path.Base(folder)
			if folder == "." {
				pkg = "refclock"
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := spec.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						for _, name := range f.Names {
							comments[pkg+"."+spec.Name.Name+"."+name.Name] = strings.TrimSpace(f.Comment.Text())
						}
					}
				}
				return false
			})
		}
	}
	return comments
}

// docs/json.md lists every field; -update writes it anew.
func TestJSONPage(t *testing.T) {
	page := jsonPage(t)
	if *update {
		if err := os.WriteFile("../../docs/json.md", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile("../../docs/json.md")
	if err != nil || string(have) != page {
		t.Errorf("docs/json.md is not what the types are; write it anew with: go test ./cmd/refclock -run JSONPage -update (%v)", err)
	}
}
