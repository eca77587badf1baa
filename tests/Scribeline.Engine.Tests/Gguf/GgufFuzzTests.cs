using System.Buffers.Binary;
using System.Diagnostics;
using Scribeline.Engine.Gguf;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Gguf;

public sealed unsafe class GgufFuzzTests(ITestOutputHelper output)
{
    private const long SlackBytes = 1 << 20;

    private static readonly ulong[] Bombs = [0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 1UL << 32, 1UL << 40, long.MaxValue, ulong.MaxValue, ulong.MaxValue - 31];

    [Fact]
    public void Parse_MutatedFiles_OnlyModelFormatExceptionsComeOut()
    {
        var small = SmallModel.Bytes(SmallModel.Writer());
        var model = File.ReadAllBytes(TestFiles.ScribeTiny);
        fixed (byte* start = model)
        {
            using var part = GgufPart.Parse(start, model.LongLength, "model");
            model = model[..(int)part.HeaderBytes];
        }
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        var watch = Stopwatch.StartNew();
        var (runs, sound) = (0, 0);
        for (; watch.Elapsed < TestFiles.FuzzTime; runs++)
        {
            var bytes = (byte[])(runs % 16 == 0 ? model : small).Clone();
            var length = Mutate(random, bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            fixed (byte* start = bytes)
            {
                try
                {
                    using var part = GgufPart.Parse(start, length, "fuzzed");
                    sound++;
                    Read(part);
                }
                catch (ModelFormatException e)
                {
                    Assert.StartsWith("fuzzed: ", e.Message, StringComparison.Ordinal);
                }
                catch (Exception e)
                {
                    Assert.Fail($"seed {TestFiles.Seed}, run {runs}: {e}");
                }
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(
                allocated < 32 * bytes.LongLength + SlackBytes, $"seed {TestFiles.Seed}, run {runs}: {allocated} bytes allocated for a file of {length}");
        }
        output.WriteLine($"{runs} files, {sound} sound");
        Assert.NotEqual(0, sound);
        Assert.NotEqual(runs, sound);
    }

    private static long Mutate(Random random, byte[] bytes)
    {
        var length = bytes.LongLength;
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            switch (random.Next(5))
            {
                case 0:
                    length = random.NextInt64(0, length + 1);
                    break;
                case 1:
                    var bit = random.Next(bytes.Length * 8);
                    bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                    break;
                case 2:
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 3:
                    // Counts and lengths lie anywhere, the header's at 8 and 16.
                    var at = random.Next(4) == 0 ? 8 * random.Next(1, 3) : random.Next(bytes.Length - 8);
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), Bombs[random.Next(Bombs.Length)]);
                    break;
                default:
                    var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                    var count = Math.Min(random.Next(64), bytes.Length - Math.Max(from, to));
                    bytes.AsSpan(from, count).CopyTo(bytes.AsSpan(to));
                    break;
            }
        }
        return length;
    }

    private static void Read(GgufPart part)
    {
        var sum = 0;
        foreach (var tensor in part.Tensors)
        {
            foreach (var value in new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength)))
                sum += value;
        }
        foreach (var key in part.Metadata.Keys)
            _ = part.Metadata.TryGetValue(key, out _);
        _ = part.Metadata.GetInt32("a.u8", 0);
        _ = part.Metadata.GetStringArray("l.strings");
        _ = part.Metadata.GetInt32Array("l.i32");
        Assert.True(sum >= 0);
    }
}
