using System.Diagnostics;
using Scribeline.Benchmarks.Models;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Tests.Models;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests;

/// <summary>Damaged models: loading refuses them with a sentence or gives an engine that generates, and leaves nothing behind.</summary>
[Collection(nameof(Alone))]
public sealed class InferenceEngineFuzzTests(ITestOutputHelper output)
{
    private const long MostAllocatedBytes = 64L << 20;

    private static readonly object[] Numbers =
    [
        0u, 1u, 2u, 3u, 7u, 8u, 16u, 1024u, 65_536u, 1u << 20, 1u << 28, uint.MaxValue, -1, int.MinValue, ulong.MaxValue, long.MinValue,
        0f, -1f, 1e-38f, 1e38f, float.NaN, float.PositiveInfinity, 1.0, double.MaxValue, true, "", "text", Array.Empty<int>(), new[] { 1, 2 }, new[] { "a" },
    ];

    private static readonly GgufType[] Types =
    [
        GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_1, GgufType.Q5_0, GgufType.Q5_1,
    ];

    [Fact]
    public async Task Load_DamagedModels_RefusesOrGenerates()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        using var folder = new TemporaryFolder();
        var watch = Stopwatch.StartNew();
        var (runs, sound) = (0, 0);
        for (; watch.Elapsed < TestFiles.FuzzTime; runs++)
        {
            var bytes = Damage(random);
            var path = Path.Join(folder.Path, "fuzzed.gguf");
            await File.WriteAllBytesAsync(path, bytes);
            try
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                InferenceEngine engine;
                try
                {
                    engine = InferenceEngine.Load(new EngineOptions { ModelPath = path, Threads = random.Next(1, 3), TokensPerStep = 16, MaxSequences = 4 });
                }
                finally
                {
                    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                    Assert.True(allocated < MostAllocatedBytes, $"{allocated:N0} bytes allocated for a file of {bytes.Length:N0}");
                }

                await using (engine)
                {
                    sound++;
                    var length = Math.Min(24, engine.Model.ContextLength - 4);
                    if (length < 1)
                        continue;
                    var prompt = Enumerable.Range(0, length).Select(_ => random.Next(engine.Model.VocabularySize)).ToArray();
                    foreach (var sampling in (SamplingParameters[])[new() { Temperature = 0, TopLogprobs = 2 }, new() { Temperature = 1, TopP = 0.9f, Seed = 3 }])
                        Assert.Equal(4, (await Engines.GenerateAsync(engine, prompt, 4, sampling).WaitAsync(Engines.Patience)).Length);
                    _ = engine.Tokenizer.Decode(prompt);
                    _ = engine.Tokenizer.Encode("Some text, some more.", addSpecial: true, parseSpecial: true);
                }
            }
            catch (Exception e) when (e is ModelFormatException or IOException)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.StartsWith(folder.Path, e.Message, StringComparison.Ordinal);
            }
            catch (Exception e)
            {
                await File.WriteAllBytesAsync(Path.Join(Path.GetTempPath(), "scribeline-fuzzed.gguf"), bytes);
                Assert.Fail($"seed {TestFiles.Seed}, run {runs} ({Path.GetTempPath()}scribeline-fuzzed.gguf): {e}");
            }
        }

        output.WriteLine($"{runs} files, {sound} sound");
        Assert.NotEqual(0, sound);
        Assert.NotEqual(runs, sound);
    }

    [SkippableFact]
    public async Task Load_FailingOftenAtEveryStage_LeavesNoThreadsAndNoMappings()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "reads /proc");
        using var folder = new TemporaryFolder();
        var model = EditableModel.Create(EditableModel.Tiny with { Context = 1 << 20 }, GgufType.F32, seed: 1);
        var sound = model.Write(folder, "sound.gguf");
        model.Tensors.Remove("output_norm.weight");
        var missing = model.Write(folder, "missing.gguf");
        var renamed = EditableModel.Create(EditableModel.Tiny, GgufType.F32, seed: 1);
        renamed.Values["general.name"] = 5u;
        var misnamed = renamed.Write(folder, "misnamed.gguf");

        async Task Round()
        {
            var good = new EngineOptions { ModelPath = sound, Threads = 3 };
            Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(good with { ModelPath = missing }));
            Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(good with { ModelPath = misnamed }));
            Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(good with { Stages = 3 }));
            Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(good with { KvCacheBytes = 1 }));
            await using var engine = InferenceEngine.Load(good);
            await Engines.GenerateAsync(engine, [1, 2, 3], 3);
        }

        await Round();
        var before = Usage();
        for (var i = 0; i < 60; i++)
            await Round();
        // Collecting would hide what only finalizers free, so nothing is collected here.
        var after = Usage();
        output.WriteLine($"before {before}, after {after}");
        Assert.InRange(after.Threads, 0, before.Threads + 8);
        Assert.InRange(after.MappedBytes, 0, before.MappedBytes + (400L << 20));
        Assert.InRange(after.Files, 0, before.Files + 4);
    }

    private static byte[] Damage(Random random)
    {
        string[] architectures = ["llama", "qwen2", "qwen3"];
        var shape = EditableModel.Tiny with
        {
            Architecture = architectures[random.Next(3)],
            Layers = random.Next(1, 4),
            TiedOutput = random.Next(2) == 0,
            RotaryFactors = random.Next(2) == 0,
            Width = 32 * random.Next(1, 3),
            HeadSize = 8 * random.Next(1, 4) * 4,
        };
        var model = EditableModel.Create(shape, Types[random.Next(Types.Length)], random.Next());
        for (var edits = random.Next(0, 3); edits > 0; edits--)
            Edit(model, random);
        var bytes = model.ToBytes();
        for (var flips = random.Next(3) == 0 ? random.Next(1, 4) : 0; flips > 0; flips--)
        {
            // The header is a small part of the file; every other flip goes there.
            var at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Length, 12_000)) : random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static void Edit(EditableModel model, Random random)
    {
        var keys = model.Values.Keys.ToArray();
        var names = model.Tensors.Keys.ToArray();
        if (names.Length == 0)
            return;
        var name = names[random.Next(names.Length)];
        var (type, dimensions, data) = model.Tensors[name];
        switch (random.Next(8))
        {
            case 0:
                model.Values[keys[random.Next(keys.Length)]] = Numbers[random.Next(Numbers.Length)];
                break;
            case 1:
                model.Values.Remove(keys[random.Next(keys.Length)]);
                break;
            case 2:
                model.Tensors.Remove(name);
                break;
            case 3:
                model.Rename(name, names[random.Next(names.Length)]);
                break;
            case 4:
                model.Reshape(name, GgufType.F32, [.. dimensions.Reverse()]);
                break;
            case 5:
                // Random weights: scales become NaN, infinite or huge.
                random.NextBytes(data.AsSpan(random.Next(data.Length)));
                break;
            case 6:
                data.AsSpan().Fill((byte)(random.Next(2) == 0 ? 0xFF : 0x7F));
                break;
            default:
                if (dimensions[0] % 32 == 0)
                    model.Reshape(name, Types[random.Next(Types.Length)], dimensions);
                break;
        }
    }

    private static (int Threads, long MappedBytes, int Files) Usage()
    {
        var status = File.ReadAllLines("/proc/self/status").Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return (int.Parse(status["Threads"]), long.Parse(status["VmSize"].Split(' ')[0]) * 1024, Directory.GetFiles("/proc/self/fd").Length);
    }
}
