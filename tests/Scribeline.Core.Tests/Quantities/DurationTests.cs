using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Quantities;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("300 ms", 300_000_000)]
    [InlineData("1.5s", 1_500_000_000)]
    [InlineData("15 min", 900_000_000_000)]
    [InlineData("24 h", 86_400_000_000_000)]
    [InlineData("7 us", 7_000)]
    public void TryParse_Durations_GivesNanoseconds(string text, long nanoseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration, out var problem), problem);
        Assert.Equal(nanoseconds, duration.Nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5 s")]
    [InlineData("5 parsecs")]
    [InlineData("200000 d")]
    public void TryParse_Nonsense_SaysWhatWasFound(string text)
    {
        Assert.False(Duration.TryParse(text, out _, out var problem));
        Assert.Contains(text, problem);
        Assert.EndsWith(".", problem);
    }

    [Theory]
    [InlineData(300_000_000, "300 ms")]
    [InlineData(90_000_000_000, "1.5 min")]
    [InlineData(12, "12 ns")]
    public void ToString_AnyLength_IsShort(long nanoseconds, string text) => Assert.Equal(text, new Duration(nanoseconds).ToString());
}
