// Opens the driver's page as soon as the test extension is installed.
void chrome.tabs.create({ url: chrome.runtime.getURL("driver.html"), active: false });
