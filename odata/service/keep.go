package service

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// cloneRow copies a row out of the provider's buffers.
func cloneRow(row odata.Row) odata.Row {
	var kept keeper
	return kept.copy(row)
}

// A keeper copies rows out of the provider's buffers, many into one block of memory.
type keeper struct {
	values []edm.Value
	texts  []byte
}

// The blocks grow up to these sizes, so that little is lost with few rows.
const (
	mostValues = 4 << 10
	mostText   = 64 << 10
)

// forget takes the memory of the last block for other rows. Those that were copied
// must not be used any more.
func (k *keeper) forget() { k.values, k.texts = k.values[:0], k.texts[:0] }

// copy copies a row with all that it holds.
func (k *keeper) copy(row odata.Row) odata.Row {
	row.Values = k.copyValues(row.Values)
	if row.Dynamic != nil {
		row.Dynamic = slices.Clone(row.Dynamic)
		for i, d := range row.Dynamic {
			row.Dynamic[i] = odata.DynamicProperty{Name: strings.Clone(d.Name), Value: d.Value.Clone()}
		}
	}
	if row.Related != nil {
		row.Related = slices.Clone(row.Related)
		for i := range row.Related {
			related := &row.Related[i]
			related.Rows, related.Next = slices.Clone(related.Rows), strings.Clone(related.Next)
			for j := range related.Rows {
				related.Rows[j] = k.copy(related.Rows[j])
			}
		}
	}
	if row.Media != nil {
		row.Media = new(cloneStream(*row.Media))
	}
	row.Streams = slices.Clone(row.Streams)
	for i := range row.Streams {
		row.Streams[i] = cloneStream(row.Streams[i])
	}
	return row
}

func (k *keeper) copyValues(values []edm.Value) []edm.Value {
	n, size := len(values), 0
	for i := range values {
		if values[i].Kind() == edm.KindString {
			size += len(values[i].Str())
		}
	}
	if cap(k.values)-len(k.values) < n {
		k.values = make([]edm.Value, 0, max(n, min(2*cap(k.values), mostValues)))
	}
	if cap(k.texts)-len(k.texts) < size {
		k.texts = make([]byte, 0, max(size, min(2*cap(k.texts), mostText)))
	}
	first := len(k.values)
	for _, v := range values {
		if v.Kind() != edm.KindString {
			k.values = append(k.values, v.Clone())
			continue
		}
		start := len(k.texts)
		k.texts = append(k.texts, v.Str()...)
		k.values = append(k.values, edm.StringBytes(k.texts[start:len(k.texts):len(k.texts)]))
	}
	return k.values[first:len(k.values):len(k.values)]
}

// cloneStream copies what a provider says about a stream out of its buffers.
func cloneStream(s odata.StreamInfo) odata.StreamInfo {
	return odata.StreamInfo{ContentType: strings.Clone(s.ContentType), ETag: strings.Clone(s.ETag), ReadURL: strings.Clone(s.ReadURL)}
}
