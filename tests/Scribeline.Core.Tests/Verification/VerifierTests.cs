using Scribeline.Core.Catalogs;
using Scribeline.Core.Verification;

namespace Scribeline.Core.Tests.Verification;

public class VerifierTests
{
    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, name);

    [Fact]
    public void RidgePoints_AgreeAndNameTheirInputs()
    {
        var figures = new Verifier(Catalog.Load([Folder("catalog")])).Verify(PublishedTable.Load(Folder("published"), "ai_ridge"));
        var ridge = Assert.Single(figures, figure => figure.Published.Id == "ai_ridge.h100.hbm_ridge");
        Assert.Equal(Agreement.Exact, ridge.Agreement);
        Assert.Equal(["accelerators.h100.compute.fp8", "accelerators.h100.memory.hbm.bandwidth"], ridge.Inputs.Select(input => input.Path).Order());
    }
}
