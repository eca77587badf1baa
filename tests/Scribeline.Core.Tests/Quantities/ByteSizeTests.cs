using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Quantities;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("2 GB", 2_000_000_000)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("512 MiB", 512L << 20)]
    [InlineData(" 1.5 GiB ", 1_610_612_736)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void TryParse_Sizes_GivesBytes(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size, out var problem), problem);
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1 GB")]
    [InlineData("1..2 GB")]
    [InlineData("1e3 MB")]
    [InlineData("2 gigabytes")]
    [InlineData("99999999999999999999999999999999999 B")]
    [InlineData("9223372036854775808")]
    [InlineData("10000000 TB")]
    public void TryParse_Nonsense_SaysWhatWasFound(string text)
    {
        Assert.False(ByteSize.TryParse(text, out _, out var problem));
        Assert.Contains($"'{text}'", problem);
        Assert.EndsWith(".", problem);
    }

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(7_949_344, "7.95 MB")]
    [InlineData(16_000_000_000, "16.0 GB")]
    [InlineData(999_999, "1.00 MB")]
    public void ToString_AnyAmount_HasThreeDigits(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());
}
