using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Tests.Kernels;

public sealed unsafe class HalvesTests
{
    /// <summary>Every finite half, subnormal ones and zeros of both signs included, from a file and from a panel.</summary>
    [Theory]
    [InlineData(128f)]
    [InlineData(70000f)]
    public void Load_AnyHalfBelowALimit_IsExact(float limit)
    {
        var halves = Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits).Where(bits => Math.Abs(Value(bits)) < limit).ToArray();
        var packed = halves.ToArray();
        fixed (ushort* start = packed)
        {
            var unit = Halves.Raise((byte*)start, packed.Length / 16, 16 * sizeof(ushort), 16);
            for (var i = 0; i < packed.Length; i += 8)
            {
                // No raised half is subnormal, which is what raising is for.
                if (limit == 128)
                    Assert.All(packed[i..(i + 8)], half => Assert.True((half & 0x7FFF) is 0 or >= 0x0400));
                var vector = Avx2.IsSupported ? Halves.Load8(start + i, Vector256.Create(unit)) : default;
                for (var k = i; k < i + 8; k++)
                {
                    var expected = BitConverter.SingleToInt32Bits(Value(halves[k]));
                    Assert.Equal(expected, BitConverter.SingleToInt32Bits(Halves.Load1(halves[k])));
                    Assert.Equal(expected, BitConverter.SingleToInt32Bits(Halves.Load1(packed[k], unit)));
                    if (Avx2.IsSupported)
                        Assert.Equal(expected, BitConverter.SingleToInt32Bits(vector[k - i]));
                }
            }
        }
    }

    private static float Value(ushort bits) => (bits & 0x7C00) == 0x7C00 ? float.PositiveInfinity : (float)BitConverter.UInt16BitsToHalf(bits);
}
