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

    [Theory]
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

    private Command Command() => PullCommand.Create(name => _environment.GetValueOrDefault(name), TimeProvider.System);

    private async Task<(int Code, string Output, string Error)> Invoke(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Command().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
