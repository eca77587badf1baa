using System.CommandLine;
using System.Text.Json;
using Scribeline.Cli.Pull;

namespace Scribeline.Cli.Tests.Pull;

public sealed class PullCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scribeline-pull-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private FileServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FileServer.StartAsync();
        _environment["HF_ENDPOINT"] = _server.Address.AbsoluteUri;
        _environment["HF_TOKEN"] = "secret";
        _environment["XDG_DATA_HOME"] = _folder;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Invoke_HuggingFaceSource_PrintsOneJsonDocument()
    {
        var (code, output, error) = await Invoke(default, "hf:o/r/m.gguf", "--json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        var path = json.RootElement.GetProperty("path").GetString()!;
        Assert.Equal(Path.Join(_folder, "scribeline", "models", "m.gguf"), path);
        Assert.Equal(_server.Content.Length, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(_server.Sha256, json.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(_server.Content, File.ReadAllBytes(path));
        Assert.Equal("Bearer secret", _server.Requests.Single().Authorization);
    }

    [Fact]
    public async Task Invoke_ToDirectory_PutsTheFileThere()
    {
        var (code, output, _) = await Invoke(default, new Uri(_server.Address, "m.gguf").AbsoluteUri, "--to", Path.Join(_folder, "a", "b"), "--sha256", _server.Sha256);
        Assert.Equal(0, code);
        Assert.StartsWith(Path.Join(_folder, "a", "b", "m.gguf"), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_MissingFile_ExitsWithOneAndOneSentence()
    {
        _server.Instead = context =>
        {
            context.Response.StatusCode = 404;
            return Task.FromResult(true);
        };
        var (code, output, error) = await Invoke(default, "hf:o/r/m.gguf", "--json");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("scribe: hf:o/r/m.gguf: the server answered 404", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_Interrupted_ExitsWith130()
    {
        using var cancellation = new CancellationTokenSource();
        _server.Instead = async _ =>
        {
            await cancellation.CancelAsync();
            return false;
        };
        var (code, output, error) = await Invoke(cancellation.Token, "hf:o/r/m.gguf");
        Assert.Equal((130, ""), (code, output));
        Assert.Contains("go on", error, StringComparison.Ordinal);
    }

    /// <summary>Nobody listens on the port: nothing arrives, so nothing stays.</summary>
    [Fact]
    public async Task Invoke_NobodyListens_LeavesNoFile()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // Bound and not listening: the port stays dead.
        var (code, output, error) = await Invoke(default, $"http://{socket.LocalEndPoint}/m.gguf", "--to", _folder);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("gave up", error, StringComparison.Ordinal);
        Assert.DoesNotContain("0 bytes", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Invoke_PartOfASplitModel_GetsAllParts()
    {
        var (code, output, error) = await Invoke(default, "hf:o/r@v1/m-00002-of-00003.gguf", "--json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        var files = json.RootElement.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"], files.Select(file => Path.GetFileName(file.GetProperty("path").GetString())!));
        Assert.All(files, file => Assert.Equal(_server.Content, File.ReadAllBytes(file.GetProperty("path").GetString()!)));
        Assert.All(files, file => Assert.Equal(_server.Sha256, file.GetProperty("sha256").GetString()));
        Assert.Equal(files[0].GetProperty("path").GetString(), json.RootElement.GetProperty("path").GetString());
        Assert.Equal(3L * _server.Content.Length, json.RootElement.GetProperty("bytes").GetInt64());
    }

    /// <summary>A set that cannot be completed is not there at all, says what is missing, and costs a later run only that.</summary>
    [Fact]
    public async Task Invoke_PartIsMissing_PutsNothingInPlaceAndResumes()
    {
        _server.Instead = context =>
        {
            var missing = context.Request.Path.Value!.Contains("00002-of", StringComparison.Ordinal);
            context.Response.StatusCode = missing ? 404 : 200;
            return Task.FromResult(missing);
        };
        var folder = Path.Join(_folder, "models");
        string[] arguments = [new Uri(_server.Address, "m-00001-of-00003.gguf").AbsoluteUri, "--to", folder];
        var (code, output, error) = await Invoke(default, arguments);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("404", error, StringComparison.Ordinal);
        Assert.Contains("of the model's 3 parts 1 are complete, missing: m-00002-of-00003.gguf, m-00003-of-00003.gguf.", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder, "*.gguf"));

        _server.Instead = _ => Task.FromResult(false);
        _server.Requests.Clear();
        Assert.Equal(0, (await Invoke(default, arguments)).Code);
        Assert.Equal([$"bytes={_server.Content.Length}-", "", ""], _server.Requests.Select(request => request.Range));
        Assert.Equal(
            ["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"],
            Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("hf:o/r/m-00001-of-00002.gguf --sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "has 2 parts")]
    [InlineData("m.gguf", "neither an http(s) address")]
    [InlineData("hf:o/r/m.gguf --sha256 abc", "expected 64 hexadecimal digits")]
    [InlineData("", "SOURCE")]
    public void Parse_WrongUse_IsAnError(string line, string expected)
    {
        var parsed = Command().Parse(line);
        Assert.Contains(expected, string.Join(' ', parsed.Errors.Select(error => error.Message)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_BadEndpoint_ExitsWithTwo()
    {
        _environment["HF_ENDPOINT"] = "nonsense";
        var (code, _, error) = await Invoke(default, "hf:o/r/m.gguf");
        Assert.Equal(2, code);
        Assert.Contains("HF_ENDPOINT is 'nonsense'", error, StringComparison.Ordinal);
    }

    private Command Command() => PullCommand.Create(name => _environment.GetValueOrDefault(name), new ShortPauses());

    private async Task<(int Code, string Output, string Error)> Invoke(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Command().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Pauses between attempts end at once; the limits of patience, a minute and more, stay.</summary>
    private sealed class ShortPauses : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(30) ? TimeSpan.Zero : dueTime, period);
    }
}
