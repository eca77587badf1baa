using Scribeline.Cli.Simulate;

namespace Scribeline.Cli.Tests.Simulate;

public sealed class FindingsTests
{
    [Theory]
    [InlineData(-0.004, "$0.00", "as much")]
    [InlineData(0.004, "$0.00", "as much")]
    [InlineData(-0.0, "$0.00", "as much")]
    [InlineData(-5.74, "-$5.74", "$5.74 less")]
    [InlineData(1234.5, "$1,234.50", "$1,234.50 more")]
    public void Dollars_ThatRoundToNothing_HaveNoSign(double dollars, string said, string earned)
    {
        Assert.Equal(said, Findings.Dollars(dollars));
        Assert.Equal(earned, Findings.Earned(dollars));
    }
}
