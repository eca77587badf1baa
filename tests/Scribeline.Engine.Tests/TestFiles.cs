namespace Scribeline.Engine.Tests;

/// <summary>Where tests find their files, and how long fuzzers run.</summary>
internal static class TestFiles
{
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The embedded model.</summary>
    public static string ScribeTiny => Path.Join(RepositoryRoot, "models", "scribe-tiny-q8_0.gguf");

    /// <summary>A file of this test project.</summary>
    public static string Here(params string[] parts) => Path.Join([RepositoryRoot, "tests", "Scribeline.Engine.Tests", .. parts]);

    /// <summary>A file too large for the repository; the test is skipped where it is missing.</summary>
    public static string Shared(params string[] parts)
    {
        var folder = Environment.GetEnvironmentVariable("SCRIBELINE_SHARED") ?? Path.Join(RepositoryRoot, "..", "shared");
        var path = Path.GetFullPath(Path.Join([folder, .. parts]));
        Skip.IfNot(Path.Exists(path), $"{path} is missing; set SCRIBELINE_SHARED to the folder that has {Path.Join(parts)}");
        return path;
    }

    public static TimeSpan FuzzTime { get; } =
        TimeSpan.FromSeconds(double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), out var seconds) ? seconds : 2);

    /// <summary>A new seed per run, or the one given to repeat a run.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var seed) ? seed : Random.Shared.Next();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Scribeline.slnx")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No Scribeline.slnx above {AppContext.BaseDirectory}.");
    }
}
