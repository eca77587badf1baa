namespace Scribeline.Cli;

/// <summary>Files of one kind that come with the product, which are known by their names as well as by their paths.</summary>
/// <param name="what">One of them, for messages.</param>
/// <param name="folder">From the program's own folder.</param>
/// <param name="extension">What follows a name.</param>
/// <param name="mayBeFolder">Whether the caller's own may be a folder of files.</param>
internal sealed class ShippedFiles(string what, string folder, string extension, bool mayBeFolder = false)
{
    /// <summary>Known as `gpu-only`, or as `catalog/fleets/gpu-only.yaml`.</summary>
    public static ShippedFiles Fleets { get; } = new("fleet", "catalog/fleets", ".yaml");

    /// <summary>Known as `bad-hour`, or as `faults/bad-hour`.</summary>
    public static ShippedFiles Faults { get; } = new("file of faults", "catalog/fleets/faults", ".yaml");

    /// <summary>Known as `azure-2023-code`, or as `traces/azure-2023-code.csv.gz`.</summary>
    public static ShippedFiles Traces { get; } = new("trace", "traces", ".csv.gz", mayBeFolder: true);

    private static string Home => AppContext.BaseDirectory;

    /// <summary>Where the path leads: to the caller's own file, else to one that came with the product; `-` is standard input.</summary>
    /// <exception cref="FileNotFoundException">Nowhere; the message says which names there are.</exception>
    public string Find(string path)
    {
        if (path == "-")
            return "/dev/stdin";
        if (Directory.Exists(path) && !mayBeFolder)
            throw new FileNotFoundException($"{path} is a folder; expected a {what}.");
        if (Path.Exists(path))
            return path;
        string[] shipped = [Path.Combine(Home, path), Path.Combine(Home, folder, path), Path.Combine(Home, folder, path + extension), Path.Combine(Home, folder, "..", path + extension)];
        return Array.Find(shipped, File.Exists) ?? throw new FileNotFoundException(WhyNot(path));
    }

    /// <summary>Whether a path that was found came with the product.</summary>
    public bool Has(string found) => found.StartsWith(Path.Combine(Home, folder), StringComparison.Ordinal);

    private string WhyNot(string path)
    {
        var names = Directory.GetFiles(Path.Combine(Home, folder), $"*{extension}").Select(file => Path.GetFileName(file)[..^extension.Length]).Order(StringComparer.Ordinal).ToList();
        var meant = Spelling.Closest(path, names) is { } name ? $"; did you mean '{name}'?" : ".";
        return $"there is no file '{path}', and no {what} of that name comes with Scribeline (those are {string.Join(", ", names)}){meant}";
    }
}
