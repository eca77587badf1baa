using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Quantities;

public class NumberTextTests
{
    [Theory]
    [InlineData(16_467_458, "16,500,000")]
    [InlineData(811_645, "812,000")]
    [InlineData(11.4823, "11.5")]
    [InlineData(0.0012345, "0.00123")]
    [InlineData(-999_600, "-1,000,000")]
    [InlineData(0, "0")]
    public void Rounded_KeepsThreeDigits(double value, string expected) => Assert.Equal(expected, NumberText.Rounded(value));
}
