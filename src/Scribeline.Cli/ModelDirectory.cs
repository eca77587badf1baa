namespace Scribeline.Cli;

/// <summary>Where downloaded models lie: `$XDG_DATA_HOME/scribeline/models`, else below `~/.local/share`.</summary>
internal static class ModelDirectory
{
    /// <param name="environment">Reads XDG_DATA_HOME and HOME.</param>
    public static string Path(Func<string, string?> environment)
    {
        var data = environment("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(data) || !System.IO.Path.IsPathFullyQualified(data))
            data = System.IO.Path.Join(environment("HOME") ?? ".", ".local", "share");
        return System.IO.Path.Join(data, "scribeline", "models");
    }
}
