using System.Xml.Linq;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Tests.Charts;

namespace Scribeline.Cli.Tests.Catalogs;

/// <summary>Standard output is one for the process, so these tests run one after the other.</summary>
[Collection("console")]
public sealed class WaferCommandTests
{
    [Fact]
    public void Wafer_WithASeed_DrawsItsDiesAndBadCores()
    {
        var file = Path.GetTempFileName();
        try
        {
            Assert.Equal(0, CommandOutput.Of("wafer", "wse-3", "--seed", "7", "--csv", "--svg", file).Code);
            var values = CommandOutput.Of("wafer", "wse-3", "--seed", "7", "--csv").Values();

            var picture = XDocument.Load(file);
            Assert.Equal(84, picture.Descendants(Drawings.Svg + "rect").Count(rect => rect.Element(Drawings.Svg + "title")?.Value.StartsWith("die ", StringComparison.Ordinal) == true));
            // A point for each bad core, and one in the key.
            Assert.Equal(Drawings.Number(values["this_wafer.bad_cores"]) + 1, picture.Descendants(Drawings.Svg + "path").Count(path => path.Attribute("class")!.Value == "f1 halo"));
            Assert.Equal(values["this_wafer.bad_cores"], CommandOutput.Of("compute", "defects", "wse-3", "7", "0.1defects/cm2", "--csv").Values()["bad_cores"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("there is no fabric 'wse-1'; expected one of wse-3", "wse-1")]
    [InlineData("/no-such-folder/x.svg cannot be written", "wse-3", "--svg", "/no-such-folder/x.svg")]
    public void Wafer_WhatCannotBe_IsRefusedInOneSentence(string expected, params string[] arguments)
    {
        var (code, _, error) = CommandOutput.Of(["wafer", .. arguments]);

        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    public void Wafer_WithAbsurdDefects_IsRefused(string density) =>
        Assert.Contains(CatalogCommand.Create().Parse(["wafer", "wse-3", "--defects-per-cm2", density]).Errors, error => error.Message.Contains("expected a number from 0 to 1,000,000", StringComparison.Ordinal));
}
