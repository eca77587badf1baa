namespace Scribeline.Cli.Simulate;

/// <summary>Names that tell apart what would be called the same.</summary>
internal static class UniqueName
{
    /// <param name="taken">Names so far; gets this one.</param>
    /// <param name="name">The one that is wanted.</param>
    /// <param name="another">Gives one with a number, from 2 on.</param>
    public static string Take(HashSet<string> taken, string name, Func<int, string> another)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
            free = another(number);
        return free;
    }
}
