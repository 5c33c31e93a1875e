package web

import (
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

//go:embed page
var pageFS embed.FS

// A file is a file of the page.
type file struct {
	kind string // its media type
	text []byte
}

// kinds are the media types of the page's files. The system's table of types may be
// incomplete or wrong.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".json": "application/json",
}

// pageFiles returns the files of the page by the path of their URL. Only these paths exist,
// letter for letter: nothing is cleaned, decoded twice or looked up on a disk.
func pageFiles() map[string]file {
	files := map[string]file{}
	err := fs.WalkDir(pageFS, "page", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := pageFS.ReadFile(name)
		if err != nil {
			return err
		}
		kind := kinds[path.Ext(name)]
		if kind == "" {
			kind = mime.FormatMediaType("text/plain", map[string]string{"charset": "utf-8"})
		}
		files["/"+name] = file{kind, text}
		return nil
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	files["/"] = files["/page/index.html"]
	return files
}

// page answers with a file of the page.
func (e *endpoint) page(w http.ResponseWriter, r *http.Request) {
	f, ok := e.files()[r.URL.Path]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	e.write(w, r, f.kind, http.StatusOK, f.text)
}
