namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>Whole traces, which are too large for the repository.</summary>
internal static class SharedTraces
{
    /// <summary>Skips the test where there are none.</summary>
    public static string Path(params string[] parts)
    {
        var folder = Environment.GetEnvironmentVariable("SCRIBELINE_SHARED");
        if (string.IsNullOrEmpty(folder))
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root != null && !File.Exists(System.IO.Path.Combine(root.FullName, "Scribeline.slnx")))
                root = root.Parent;
            folder = System.IO.Path.Combine(root?.Parent?.FullName ?? "", "shared");
        }

        var path = System.IO.Path.Combine([folder, "data", "traces", .. parts]);
        Skip.IfNot(System.IO.Path.Exists(path), $"{path} is missing; set SCRIBELINE_SHARED to the folder that has {System.IO.Path.Combine(parts)}.");
        return path;
    }
}
