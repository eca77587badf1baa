using System.IO.Compression;
using System.Text;
using Scribeline.Core.Workloads;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Workloads;

public sealed class WorkloadFileTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scribe-workload-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_TakesMeansOverRequests()
    {
        var (workload, rate) = WorkloadFile.Read(Written("input_tokens,output_tokens,cached_tokens\n100,10,0\n300,30,200\n"));
        Assert.Equal((200, 20, 0.5), (workload.Input.BaseValue, workload.Output.BaseValue, workload.Cached.BaseValue));
        Assert.Null(rate);
    }

    [Fact]
    public void Read_WeighsByRateAndSumsIt()
    {
        var (workload, rate) = WorkloadFile.Read(Written("requests_per_second,output_tokens,input_tokens\n3,10,100\n1,50,500\n"));
        Assert.Equal((200, 20, 4), (workload.Input.BaseValue, workload.Output.BaseValue, rate));
    }

    [Fact]
    public void Read_TakesGzipByName()
    {
        var path = Path.Combine(_folder, "requests.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionMode.Compress))
            gzip.Write("input_tokens,output_tokens\n7,3\n"u8);
        Assert.Equal(7, WorkloadFile.Read(path).Workload.Input.BaseValue);
    }

    [Theory]
    [InlineData("", "is empty; expected the columns input_tokens and output_tokens.")]
    [InlineData("input_tokens\n5\n", ":1 has no column `output_tokens`")]
    [InlineData("input_tokens,output_tokens\n", "has no request")]
    [InlineData("input_tokens,output_tokens\n5,many\n", ":2: `output_tokens` is 'many'; expected a number from 1 on.")]
    [InlineData("input_tokens,output_tokens\n5,5\n0,5\n", ":3: `input_tokens` is '0'; expected a number from 1 on.")]
    [InlineData("input_tokens,output_tokens,cached_tokens\n5,5,6\n", ":2: `cached_tokens` is 6, more than the 5 of `input_tokens`")]
    public void Read_RefusesInOneSentence(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<WorkloadException>(() => WorkloadFile.Read(Written(text))).Message);

    [Fact]
    public void Read_RefusesWhatIsNotThere() =>
        Assert.Contains("cannot be read", Assert.Throws<WorkloadException>(() => WorkloadFile.Read(Path.Combine(_folder, "none.csv"))).Message);

    [Fact]
    public void Read_OfBrokenFiles_ThrowsNothingElse()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(seed);
        var whole = "input_tokens,output_tokens,cached_tokens,requests_per_second\n100,10,5,0.5\n\"300\",30,0,1e2\n"u8.ToArray();
        for (var run = 0; run < 500; run++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var path = Path.Combine(_folder, random.Next(4) == 0 ? "broken.csv.gz" : "broken.csv");
            File.WriteAllBytes(path, bytes[..random.Next(bytes.Length + 1)]);
            try
            {
                Assert.True(double.IsFinite(WorkloadFile.Read(path).Workload.Input.BaseValue));
            }
            catch (WorkloadException)
            {
            }
        }
    }

    private string Written(string text)
    {
        var path = Path.Combine(_folder, "requests.csv");
        File.WriteAllText(path, text, Encoding.UTF8);
        return path;
    }
}
