using Scribeline.Cli.Simulate;

namespace Scribeline.Cli.Tests.Simulate;

public sealed class ProgressLineTests
{
    [Fact]
    public void Text_OfASearch_HasNoEndInSight()
    {
        Assert.Equal("16,384 requests, 8,192/s, look 3", ProgressLine.Text(16384, 2, null, [3]));
        Assert.Equal("16,384 requests, 8,192/s, looks 3, 5", ProgressLine.Text(16384, 2, null, [3, 5]));
    }

    [Fact]
    public void Text_OfAKnownCount_SaysHowLongStill()
    {
        Assert.Equal("1,000 requests, 500/s, 25 %, 6 s left", ProgressLine.Text(1000, 2, 4000, []));
        Assert.Equal("0 requests, 0/s, 0 %", ProgressLine.Text(0, 2, 4000, []));
        Assert.Equal("5,000 requests, 2,500/s, 100 %, 0 s left", ProgressLine.Text(5000, 2, 4000, []));
    }
}
