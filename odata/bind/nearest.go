package bind

import "strings"

// suggestion is "; did you mean Name" for a name that was almost right, and
// empty when no candidate is near.
func suggestion(name string, candidates []string) string {
	if best := nearest(name, candidates); best != "" {
		return "; did you mean " + best
	}
	return ""
}

// nearest is the candidate that differs from name in the fewest letters: in
// none but for case, or in a third of them at most. Long names have none, which
// bounds the work hostile input can cause.
func nearest(name string, candidates []string) string {
	const longest, most = 40, 500
	if len(name) > longest || len(candidates) > most {
		return ""
	}
	best, bestDistance := "", len(name)/3+1
	for _, c := range candidates {
		if strings.EqualFold(name, c) {
			return c
		}
		if len(c) > longest {
			continue
		}
		if d := distance(name, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the number of bytes to insert, delete, replace or swap with their
// neighbour that lead from a to b (optimal string alignment).
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
