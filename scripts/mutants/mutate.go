package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// swaps are the operators that replace an operator.
var swaps = map[token.Token][]token.Token{
	token.EQL: {token.NEQ},
	token.NEQ: {token.EQL},
	// The opposite, then the boundary.
	token.LSS: {token.GEQ, token.LEQ},
	token.LEQ: {token.GTR, token.LSS},
	token.GTR: {token.LEQ, token.GEQ},
	token.GEQ: {token.LSS, token.GTR},

	token.LAND: {token.LOR},
	token.LOR:  {token.LAND},

	token.ADD:        {token.SUB},
	token.SUB:        {token.ADD},
	token.ADD_ASSIGN: {token.SUB_ASSIGN},
	token.SUB_ASSIGN: {token.ADD_ASSIGN},
}

// mutants returns all mutants of the package, in the order of its source.
func (p *pkg) mutants() ([]*mutant, error) {
	var all []*mutant
	for _, f := range p.files {
		m := mutator{pkg: p, file: f}
		for _, d := range f.syntax.Decls {
			m.declaration(d)
		}
		slices.SortStableFunc(m.found, func(a, b *mutant) int { return a.start - b.start })
		all = append(all, m.found...)
	}
	seen := map[string]int{}
	for _, m := range all {
		m.nth = 1 // for the key
		key := m.key()
		seen[key]++
		m.nth = seen[key]
	}
	return all, nil
}

// A mutator collects the mutants of a file.
type mutator struct {
	*pkg
	file     *file
	function string
	found    []*mutant
}

func (m *mutator) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body == nil || onlyText(d) {
			return
		}
		m.function = functionName(d)
		m.walk(d.Body)
	case *ast.GenDecl:
		if d.Tok != token.CONST && d.Tok != token.VAR {
			return
		}
		for _, s := range d.Specs {
			if s := s.(*ast.ValueSpec); len(s.Values) > 0 {
				m.function = s.Names[0].Name
				m.walk(s)
			}
		}
	}
}

// onlyText reports whether a function is one of the methods that make text.
func onlyText(d *ast.FuncDecl) bool {
	return d.Recv != nil && slices.Contains([]string{"String", "GoString", "Error", "LogValue"}, d.Name.Name)
}

func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

// walk collects the mutants of a node and of the nodes below it.
func (m *mutator) walk(root ast.Node) {
	ast.PreorderStack(root, nil, func(n ast.Node, stack []ast.Node) bool {
		var parent ast.Node
		if len(stack) > 0 {
			parent = stack[len(stack)-1]
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			return !m.logs(n) && !m.makesError(n)
		case *ast.ArrayType, *ast.StructType, *ast.InterfaceType, *ast.FuncType:
			return false
		case *ast.IfStmt:
			if m.onlyLogs(n) {
				if n.Init != nil {
					m.walk(n.Init)
				}
				return false
			}
			m.negate(n.Cond)
		case *ast.ForStmt:
			m.negate(n.Cond)
		case *ast.CaseClause:
			if s, ok := stack[len(stack)-2].(*ast.SwitchStmt); ok && s.Tag == nil {
				for _, e := range n.List {
					m.negate(e)
				}
			}
		case *ast.BinaryExpr:
			m.swap(n, parent)
		case *ast.AssignStmt:
			m.swapAssignment(n)
			if n.Tok != token.DEFINE && !received(n, parent) && !blank(n) {
				m.drop(n)
			}
		case *ast.IncDecStmt:
			m.drop(n)
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok && !m.logs(call) {
				m.drop(n)
			}
		case *ast.BasicLit:
			if n.Kind == token.INT && !capacity(n, parent) {
				m.change(n, stack)
			}
		case *ast.SelectorExpr:
			m.changeDuration(n, parent, stack)
		}
		return true
	})
}

// received reports whether a statement is the operation of a case of select.
func received(s ast.Stmt, parent ast.Node) bool {
	c, ok := parent.(*ast.CommClause)
	return ok && c.Comm == s
}

// blank reports whether an assignment only uses a variable.
func blank(s *ast.AssignStmt) bool {
	for _, e := range s.Lhs {
		if name, ok := e.(*ast.Ident); !ok || name.Name != "_" {
			return false
		}
	}
	_, calls := s.Rhs[0].(*ast.CallExpr)
	return !calls
}

// capacity reports whether a literal is the third argument of make, which only
// reserves memory.
func capacity(n ast.Expr, parent ast.Node) bool {
	call, ok := parent.(*ast.CallExpr)
	if !ok || len(call.Args) != 3 || call.Args[2] != n {
		return false
	}
	f, ok := call.Fun.(*ast.Ident)
	return ok && f.Name == "make"
}

// callee returns the package and the name of the called function.
func (m *mutator) callee(call *ast.CallExpr) (path, name string) {
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	object := m.info.Uses[s.Sel]
	if object == nil || object.Pkg() == nil {
		return "", ""
	}
	return object.Pkg().Path(), object.Name()
}

func (m *mutator) logs(call *ast.CallExpr) bool {
	path, _ := m.callee(call)
	return path == "log" || path == "log/slog"
}

func (m *mutator) makesError(call *ast.CallExpr) bool {
	path, name := m.callee(call)
	return path == "fmt" && name == "Errorf" || path == "errors" && name == "New"
}

// onlyLogs reports whether an if statement does nothing but log.
func (m *mutator) onlyLogs(s *ast.IfStmt) bool {
	for _, s := range s.Body.List {
		e, ok := s.(*ast.ExprStmt)
		if !ok {
			return false
		}
		if call, ok := e.X.(*ast.CallExpr); !ok || !m.logs(call) {
			return false
		}
	}
	return s.Else == nil && len(s.Body.List) > 0
}

// negate negates a condition, unless it is a comparison, which swap negates.
func (m *mutator) negate(condition ast.Expr) {
	switch c := condition.(type) {
	case nil:
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			m.replace(c, m.text(c.X))
		}
	case *ast.BinaryExpr:
		if c.Op == token.LAND || c.Op == token.LOR {
			m.replace(c, "!("+m.text(c)+")")
		}
	default:
		m.replace(c, "!("+m.text(c)+")")
	}
}

// swap replaces an operator.
func (m *mutator) swap(e *ast.BinaryExpr, parent ast.Node) {
	if (e.Op == token.ADD || e.Op == token.SUB) && !m.isNumber(e) {
		return // + joins strings
	}
	for _, op := range swaps[e.Op] {
		x, y := m.text(e.X), m.text(e.Y)
		text := m.between(e.Pos(), e.OpPos) + op.String() + m.between(e.OpPos+token.Pos(len(e.Op.String())), e.End())
		if e.Op == token.LAND || e.Op == token.LOR {
			// The new operator binds differently.
			text = group(e.X, x) + " " + op.String() + " " + group(e.Y, y)
			if _, ok := parent.(*ast.BinaryExpr); ok {
				text = "(" + text + ")"
			}
		}
		m.replace(e, text)
	}
}

// group puts an operand with && or || into parentheses.
func group(e ast.Expr, text string) string {
	if b, ok := e.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
		return "(" + text + ")"
	}
	return text
}

func (m *mutator) swapAssignment(s *ast.AssignStmt) {
	if len(swaps[s.Tok]) == 0 || !m.isNumber(s.Lhs[0]) {
		return
	}
	for _, op := range swaps[s.Tok] {
		end := s.TokPos + token.Pos(len(s.Tok.String()))
		m.replace(s, m.between(s.Pos(), s.TokPos)+op.String()+m.between(end, s.End()))
	}
}

func (m *mutator) isNumber(e ast.Expr) bool {
	t := m.info.TypeOf(e)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// drop removes a statement. The replacement uses its variables and packages, because an
// unused one does not compile.
func (m *mutator) drop(s ast.Stmt) {
	text := ""
	if used := m.used(s); len(used) > 0 {
		text = strings.Repeat("_, ", len(used)-1) + "_ = " + strings.Join(used, ", ")
	}
	found := m.replace(s, text)
	found.after = "dropped"
}

// used returns the local variables and the functions of other packages that a statement
// uses.
func (m *mutator) used(s ast.Stmt) (list []string) {
	ast.Inspect(s, func(n ast.Node) bool {
		text := ""
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := m.info.Uses[n].(*types.Var); ok && !v.IsField() && v.Parent() != v.Pkg().Scope() &&
				(v.Pos() < s.Pos() || v.Pos() >= s.End()) {
				text = n.Name
			}
		case *ast.SelectorExpr:
			f, ok := m.info.Uses[n.Sel].(*types.Func)
			if x, qualified := n.X.(*ast.Ident); ok && qualified && m.isPackage(x) && f.Signature().TypeParams() == nil {
				text = m.text(n)
			}
		}
		if text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
		return true
	})
	return list
}

func (m *mutator) isPackage(name *ast.Ident) bool {
	_, ok := m.info.Uses[name].(*types.PkgName)
	return ok
}

// change replaces an integer by its half and its double, and 0 and 1 by the next.
func (m *mutator) change(n *ast.BasicLit, stack []ast.Node) {
	value, ok := constant.Val(constant.MakeFromLiteral(n.Value, n.Kind, 0)).(int64)
	if !ok {
		return
	}
	others := []int64{value / 2, 2 * value}
	if value < 2 {
		others = []int64{value + 1}
	}
	for _, other := range others {
		text := strconv.FormatInt(other, 10)
		if strings.HasPrefix(strings.ToLower(n.Value), "0x") {
			text = fmt.Sprintf("%#x", other)
		}
		m.replaceWithin(n, text, stack)
	}
}

// changeDuration replaces a unit of time that stands alone, such as time.Minute,
// by its half and its double.
func (m *mutator) changeDuration(n *ast.SelectorExpr, parent ast.Node, stack []ast.Node) {
	c, ok := m.info.Uses[n.Sel].(*types.Const)
	if !ok || c.Pkg() == nil || c.Pkg().Path() != "time" || c.Type().String() != "time.Duration" {
		return
	}
	if b, ok := parent.(*ast.BinaryExpr); ok && (b.Op == token.MUL || b.Op == token.QUO) {
		return // the factor is changed
	}
	m.replaceWithin(n, "("+m.text(n)+" / 2)", stack)
	m.replaceWithin(n, "(2 * "+m.text(n)+")", stack)
}

// maxContext is the longest text that is shown around a changed constant.
const maxContext = 80

// replaceWithin is replace for a constant. It shows the surrounding expression, because
// a bare number shows little.
func (m *mutator) replaceWithin(n ast.Expr, text string, stack []ast.Node) {
	around := m.context(n, stack)
	found := m.replace(n, text)
	found.before = oneLine(m.text(around))
	found.after = oneLine(m.between(around.Pos(), n.Pos()) + text + m.between(n.End(), around.End()))
}

// context returns the nearest expression or statement around a constant that shows its
// purpose.
func (m *mutator) context(n ast.Node, stack []ast.Node) ast.Node {
	for _, around := range slices.Backward(stack) {
		if around.End()-around.Pos() > maxContext {
			return n
		}
		switch around.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
		case *ast.BinaryExpr, *ast.CallExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.KeyValueExpr,
			*ast.ValueSpec, *ast.AssignStmt, *ast.ReturnStmt:
			return around
		default:
			return n
		}
	}
	return n
}

// replace adds a mutant that has a text in place of a node.
func (m *mutator) replace(n ast.Node, text string) *mutant {
	found := &mutant{
		file:     m.file,
		line:     m.fset.PositionFor(n.Pos(), false).Line,
		function: m.function,
		before:   oneLine(m.text(n)),
		after:    oneLine(text),
		start:    m.offset(n.Pos()),
		end:      m.offset(n.End()),
		text:     text,
	}
	m.found = append(m.found, found)
	return found
}

func (m *mutator) text(n ast.Node) string { return m.between(n.Pos(), n.End()) }

func (m *mutator) between(start, end token.Pos) string {
	return string(m.file.source[m.offset(start):m.offset(end)])
}

func (m *mutator) offset(p token.Pos) int { return m.fset.PositionFor(p, false).Offset }

// maxText is the longest text of a mutant. The difference may lie beyond it.
const maxText = 160

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText-3], "") + "..."
	}
	return text
}
