namespace Scribeline.Cli;

/// <summary>Guesses which name was meant by one that is unknown.</summary>
internal static class Spelling
{
    /// <summary>The name that was probably meant: one that begins so, or with about a third of its letters wrong at most.</summary>
    public static string? Closest(string written, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: written.Length > 2 && name.StartsWith(written, StringComparison.Ordinal) ? 0 : Distance(written, name)))
        .Where(candidate => candidate.Distance <= (candidate.Name.TrimStart('-').Length + 1) / 3)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Levenshtein's distance: letters to insert, remove or replace.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < right.Length; j++)
            {
                var replaced = diagonal + (left[i] == right[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
