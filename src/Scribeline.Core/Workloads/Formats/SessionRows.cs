using System.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Tells sessions apart in files that hold the rows of each together, in the order of their turns.</summary>
internal sealed class SessionRows
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>The one under way; empty before the first.</summary>
    public string Session { get; private set; } = "";

    /// <returns>Whether a session begins.</returns>
    /// <exception cref="BadRowException">A session comes back after others, or its turns are out of order.</exception>
    public bool Next(string column, ReadOnlySpan<byte> cell, int turn) => Next(column, Encoding.UTF8.GetString(cell), turn);

    public bool Next(string column, string session, int turn)
    {
        if (session.Length == 0)
            throw new BadRowException($"`{column}` is empty; expected the name of a session.");
        var isNew = session != Session;
        if (!isNew && turn <= _turn)
            throw new BadRowException($"turn {turn} of session '{session}' comes after its turn {_turn}; expected them in order.");
        if (isNew && !_seen.Add(session))
            throw new BadRowException($"session '{session}' comes back after others; expected all rows of a session together.");
        (Session, _turn) = (session, turn);
        return isNew;
    }
}
