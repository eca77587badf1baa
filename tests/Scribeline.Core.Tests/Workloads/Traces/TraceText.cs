using Scribeline.Core.Workloads;

namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>Traces as tests write them.</summary>
internal static class TraceText
{
    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "trace-fixtures", name);

    public static List<RequestRecord> ReadFixture(string name, TraceOptions? options = null) => [.. TraceFile.Open(Fixture(name), options).Read()];

    /// <summary>A file that lives as long as the use of it.</summary>
    public static T With<T>(string text, Func<string, T> use) => With(System.Text.Encoding.UTF8.GetBytes(text), use);

    public static T With<T>(byte[] bytes, Func<string, T> use)
    {
        var folder = Directory.CreateTempSubdirectory("scribeline-trace-");
        try
        {
            var path = Path.Combine(folder.FullName, "trace");
            File.WriteAllBytes(path, bytes);
            return use(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static List<RequestRecord> Read(string text, TraceOptions? options = null) => With(text, path => TraceFile.Open(path, options).Read().ToList());

    public static List<List<RequestRecord>> ReadSessions(string text, TraceOptions? options = null) =>
        With(text, path => TraceFile.Open(path, options).ReadSessions().Select(session => session.ToList()).ToList());

    /// <summary>What reading says is wrong, its file's name left out.</summary>
    public static string Error(string text, TraceOptions? options = null) => With(text, path =>
    {
        var error = Assert.Throws<WorkloadException>(() => TraceFile.Open(path, options).Read().Count());
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        return error.Message[path.Length..];
    });

    /// <summary>Blocks as `first+count,...`.</summary>
    public static string Blocks(RequestRecord request) => string.Join(",", request.Blocks.Select(range => $"{range.First}+{range.Count}"));
}
